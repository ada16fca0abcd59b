package dev.weft.proxy.workloadapi;

import dev.weft.proxy.control.RpcException.Code;

/** The reasons why a call fails. The codes are for people and programs, and never change. */
enum Failure {
    /** The metadata that every call must carry is missing (WE-02). */
    NO_METADATA("WEFT-S010", Code.INVALID_ARGUMENT),
    /** The caller is a process of another workload. */
    STRANGER("WEFT-S011", Code.PERMISSION_DENIED),
    /** The workload has no identity, or no longer, or not the requested one (WA-09). */
    NO_IDENTITY("WEFT-S012", Code.PERMISSION_DENIED),
    /** What was requested is not available yet, or not now. */
    NOT_NOW("WEFT-S013", Code.UNAVAILABLE),
    /** The request cannot be parsed, or lacks a required part (WA-08). */
    BAD_REQUEST("WEFT-S014", Code.INVALID_ARGUMENT),
    /** The token is not valid. */
    BAD_TOKEN("WEFT-S015", Code.INVALID_ARGUMENT),
    /** The method, or the compression, is not supported. */
    NOT_SERVED("WEFT-S016", Code.UNIMPLEMENTED),
    /** The message is too large, or there are too many calls or token requests. */
    LIMIT("WEFT-S017", Code.RESOURCE_EXHAUSTED);

    private final String code;
    private final Code status;

    Failure(String code, Code status) {
        this.code = code;
        this.status = status;
    }

    String code() {
        return code;
    }

    Code status() {
        return status;
    }
}
