package dev.weft.proxy.workloadapi;

/** Why a call fails. The codes are for people and programs, and stay. */
enum Failure {
    /** The metadata that every call must carry is missing (WE-02). */
    NO_METADATA("WEFT-S010", GrpcStatus.INVALID_ARGUMENT),
    /** The caller is a process of another workload. */
    STRANGER("WEFT-S011", GrpcStatus.PERMISSION_DENIED),
    /** The workload has no identity, or not any more, or not the one asked for (WA-09). */
    NO_IDENTITY("WEFT-S012", GrpcStatus.PERMISSION_DENIED),
    /** What is asked for is not there yet, or not now. */
    NOT_NOW("WEFT-S013", GrpcStatus.UNAVAILABLE),
    /** A request that cannot be read, or lacks what it must have (WA-08). */
    BAD_REQUEST("WEFT-S014", GrpcStatus.INVALID_ARGUMENT),
    /** A token that proves nothing. */
    BAD_TOKEN("WEFT-S015", GrpcStatus.INVALID_ARGUMENT),
    /** A method, or a compression, that is not served. */
    NOT_SERVED("WEFT-S016", GrpcStatus.UNIMPLEMENTED),
    /** A message that is too large, too many calls, or tokens asked for too often. */
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
