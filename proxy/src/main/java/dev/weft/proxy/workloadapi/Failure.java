package dev.weft.proxy.workloadapi;

/** The reasons why a call fails. The codes are for people and programs, and never change. */
enum Failure {
    /** The metadata that every call must carry is missing (WE-02). */
    NO_METADATA("WEFT-S010", GrpcStatus.INVALID_ARGUMENT),
    /** The caller is a process of another workload. */
    STRANGER("WEFT-S011", GrpcStatus.PERMISSION_DENIED),
    /** The workload has no identity, or no longer, or not the requested one (WA-09). */
    NO_IDENTITY("WEFT-S012", GrpcStatus.PERMISSION_DENIED),
    /** What was requested is not available yet, or not now. */
    NOT_NOW("WEFT-S013", GrpcStatus.UNAVAILABLE),
    /** The request cannot be parsed, or lacks a required part (WA-08). */
    BAD_REQUEST("WEFT-S014", GrpcStatus.INVALID_ARGUMENT),
    /** The token is not valid. */
    BAD_TOKEN("WEFT-S015", GrpcStatus.INVALID_ARGUMENT),
    /** The method, or the compression, is not supported. */
    NOT_SERVED("WEFT-S016", GrpcStatus.UNIMPLEMENTED),
    /** The message is too large, or there are too many calls or token requests. */
    LIMIT("WEFT-S017", GrpcStatus.RESOURCE_EXHAUSTED);

    private final String code;
    private final GrpcStatus status;

    Failure(String code, GrpcStatus status) {
        this.code = code;
        this.status = status;
    }

    String code() {
        return code;
    }

    GrpcStatus status() {
        return status;
    }
}
