package dev.weft.mesh.select;

import dev.weft.api.v1.Protocol;
import org.jspecify.annotations.Nullable;

/** Determines a port's protocol: from its {@code appProtocol}, else from its name by the Kubernetes convention. */
public final class PortProtocols {
    private static final char SUFFIX = '-';

    private PortProtocols() {}

    /**
     * Returns the protocol of a port; unspecified if neither text names a known one.
     *
     * @param appProtocol the value in Kubernetes; an unknown value counts as no hint, and the name is then not used
     * @param name for example {@code http} or {@code http-api}: the part before the first {@code -} counts
     */
    public static Protocol at(@Nullable String appProtocol, @Nullable String name) {
        if (appProtocol != null) {
            return byWord(appProtocol);
        }
        if (name == null) {
            return Protocol.PROTOCOL_UNSPECIFIED;
        }
        int end = name.indexOf(SUFFIX);
        return byWord(end < 0 ? name : name.substring(0, end));
    }

    private static Protocol byWord(String word) {
        return switch (word) {
            case "tcp", "tls", "https" -> Protocol.PROTOCOL_TCP;
            case "http", "kubernetes.io/ws" -> Protocol.PROTOCOL_HTTP1;
            case "http2", "h2c", "kubernetes.io/h2c" -> Protocol.PROTOCOL_HTTP2;
            case "grpc" -> Protocol.PROTOCOL_GRPC;
            default -> Protocol.PROTOCOL_UNSPECIFIED;
        };
    }
}
