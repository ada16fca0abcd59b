package dev.weft.proxy.workloadapi;

/** The status codes of gRPC that the API answers with. */
enum GrpcStatus {
    OK(0),
    INVALID_ARGUMENT(3),
    PERMISSION_DENIED(7),
    RESOURCE_EXHAUSTED(8),
    UNIMPLEMENTED(12),
    UNAVAILABLE(14);

    private final int number;

    GrpcStatus(int number) {
        this.number = number;
    }

    /** Returns the value of grpc-status. */
    String text() {
        return Integer.toString(number);
    }
}
