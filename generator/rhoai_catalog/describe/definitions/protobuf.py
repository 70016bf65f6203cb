"""The protocols that model servers speak over gRPC, written down as protocol buffers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_GRPC_V2: Final = """\
syntax = "proto3";

package inference;

service GRPCInferenceService {
  rpc ServerLive(ServerLiveRequest) returns (ServerLiveResponse) {}
  rpc ModelReady(ModelReadyRequest) returns (ModelReadyResponse) {}
  rpc ModelInfer(ModelInferRequest) returns (ModelInferResponse) {}
}

message ServerLiveRequest {}
message ServerLiveResponse { bool live = 1; }
message ModelReadyRequest { string name = 1; string version = 2; }
message ModelReadyResponse { bool ready = 1; }

message InferTensorContents {
  repeated bool bool_contents = 1;
  repeated int32 int_contents = 2;
  repeated int64 int64_contents = 3;
  repeated uint32 uint_contents = 4;
  repeated uint64 uint64_contents = 5;
  repeated float fp32_contents = 6;
  repeated double fp64_contents = 7;
  repeated bytes bytes_contents = 8;
}

message ModelInferRequest {
  message InferInputTensor {
    string name = 1;
    string datatype = 2;
    repeated int64 shape = 3;
    InferTensorContents contents = 5;
  }
  string model_name = 1;
  string model_version = 2;
  string id = 3;
  repeated InferInputTensor inputs = 5;
  repeated bytes raw_input_contents = 7;
}

message ModelInferResponse {
  message InferOutputTensor {
    string name = 1;
    string datatype = 2;
    repeated int64 shape = 3;
    InferTensorContents contents = 5;
  }
  string model_name = 1;
  string model_version = 2;
  string id = 3;
  repeated InferOutputTensor outputs = 5;
  repeated bytes raw_output_contents = 6;
}
"""

_TGIS: Final = """\
syntax = "proto3";

package fmaas;

service GenerationService {
  rpc Generate (BatchedGenerationRequest) returns (BatchedGenerationResponse) {}
}

message GenerationRequest { string text = 2; }
message BatchedGenerationRequest { string model_id = 1; repeated GenerationRequest requests = 3; }
message GenerationResponse { uint32 input_token_count = 6; uint32 generated_token_count = 2; string text = 4; }
message BatchedGenerationResponse { repeated GenerationResponse responses = 1; }
"""

_GRPC_V1: Final = """\
syntax = "proto3";

package tensorflow.serving;

service PredictionService {
  rpc Predict (PredictRequest) returns (PredictResponse) {}
}

message ModelSpec { string name = 1; string signature_name = 3; string version_label = 4; }
enum DataType { DT_INVALID = 0; DT_FLOAT = 1; DT_DOUBLE = 2; DT_INT32 = 3; DT_UINT8 = 4; DT_STRING = 7; DT_INT64 = 9; }
message TensorShapeProto {
  message Dim { int64 size = 1; string name = 2; }
  repeated Dim dim = 2;
}
message TensorProto {
  DataType dtype = 1;
  TensorShapeProto tensor_shape = 2;
  bytes tensor_content = 4;
  repeated float float_val = 5;
  repeated double double_val = 6;
  repeated int32 int_val = 7;
  repeated bytes string_val = 8;
  repeated int64 int64_val = 10;
}

message PredictRequest { ModelSpec model_spec = 1; map<string, TensorProto> inputs = 2; }
message PredictResponse { map<string, TensorProto> outputs = 1; ModelSpec model_spec = 2; }
"""

GRPC: Final[Mapping[str, str]] = {"grpc-v2": _GRPC_V2, "grpc-v1": _GRPC_V1, "tgis": _TGIS}
