package dev.weft.mesh.select;

import dev.weft.api.v1.Protocol;
import org.jspecify.annotations.Nullable;

/** What a port is said to speak: by its {@code appProtocol}, else by its name as it is usual in Kubernetes. */
public final class PortProtocols {
    private static final char SUFFIX = '-';

    private PortProtocols() {}

    /**
     * The protocol of a port; unspecified if nothing is said that means one.
     *
     * @param appProtocol as Kubernetes and its users write it; one that is not known is no hint, and the name is none then
     * @param name as {@code http} or {@code http-api}: what is before the first {@code -} counts
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
