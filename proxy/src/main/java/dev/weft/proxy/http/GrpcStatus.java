package dev.weft.proxy.http;

/** The status codes of gRPC that a sidecar knows. */
public final class GrpcStatus {
    public static final int DEADLINE_EXCEEDED = 4;
    public static final int PERMISSION_DENIED = 7;
    public static final int RESOURCE_EXHAUSTED = 8;
    public static final int UNIMPLEMENTED = 12;
    public static final int INTERNAL = 13;
    public static final int UNAVAILABLE = 14;
    /** No status: the request is no gRPC call, or has none yet. */
    public static final int NONE = -1;

    private GrpcStatus() {}
}
