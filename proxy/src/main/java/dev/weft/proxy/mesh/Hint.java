package dev.weft.proxy.mesh;

import dev.weft.api.v1.Protocol;

/** The protocol that an endpoint is declared to speak, by the name or the {@code appProtocol} of its port. */
public enum Hint {
    /** No protocol is declared. */
    NONE,
    /** A byte stream. */
    TCP,
    /** HTTP/1.1, and perhaps also HTTP/2 by prior knowledge. */
    HTTP1,
    /** HTTP/2 by prior knowledge, or gRPC over it. */
    HTTP2;

    static Hint of(Protocol protocol) {
        return switch (protocol) {
            case PROTOCOL_TCP -> TCP;
            case PROTOCOL_HTTP1 -> HTTP1;
            case PROTOCOL_HTTP2, PROTOCOL_GRPC -> HTTP2;
            case PROTOCOL_UNSPECIFIED, UNRECOGNIZED -> NONE;
        };
    }

    /** Whether requests of this protocol can go to different endpoints. */
    public boolean hasRequests() {
        return this == HTTP1 || this == HTTP2;
    }
}
