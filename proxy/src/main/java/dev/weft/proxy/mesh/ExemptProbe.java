package dev.weft.proxy.mesh;

import dev.weft.api.v1.ProbeExemption;
import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.wire.UnknownFields;
import java.util.Set;

/** A probe of the workload that is admitted in plaintext, whatever its mode and policies. */
public sealed interface ExemptProbe {
    /** The port of the workload that is probed. */
    int port();

    /** A GET or HEAD of exactly this target. */
    record Http(int port, String path) implements ExemptProbe {
        /** Whether this request is the probe: it has no body, and asks for nothing but its response. */
        public boolean is(HttpRequest request) {
            HttpRequest.Headers headers = request.headers();
            return (request.method().equals("GET") || request.method().equals("HEAD"))
                    && headers.values(":path").contains(path)
                    && headers.values("transfer-encoding").isEmpty()
                    && headers.values("upgrade").isEmpty()
                    && headers.values("expect").isEmpty()
                    && headers.values("content-length").stream().allMatch(length -> length.equals("0"));
        }
    }

    /** The opening of a connection. */
    record Opening(int port) implements ExemptProbe {}

    /** A call of the health check of gRPC. */
    record Grpc(int port) implements ExemptProbe {
        private static final String CHECK = "/grpc.health.v1.Health/Check";
        /** Most digits of the length of the body, if it is said: the body is the name of a service. */
        private static final int DIGITS = 3;

        /**
         * Most octets of a call. A kubelet sends about 300 on one connection, and the name of the service that it asks
         * about.
         */
        public static final int MOST_OCTETS = 2048;

        /** The fields that a gRPC server needs. Others could claim who the peer is. */
        public static final Set<String> FIELDS =
                Set.of(":method", ":scheme", ":path", ":authority", "content-type", "te", "user-agent", "grpc-timeout");

        /** Whether this is a call of the health check, and neither its head nor the said body is longer than it needs. */
        public static boolean isCheck(HttpRequest request) {
            HttpRequest.Headers headers = request.headers();
            return request.grpc()
                    && headers.values(":path").contains(CHECK)
                    && headers.values("content-length").stream().allMatch(length -> length.length() <= DIGITS)
                    && FIELDS.stream()
                                    .flatMap(name -> headers.values(name).stream())
                                    .mapToInt(String::length)
                                    .sum()
                            <= MOST_OCTETS;
        }
    }

    /** Reads the control plane's message. Throws IllegalArgumentException, with the reason, if it is refused. */
    static ExemptProbe fromProto(ProbeExemption probe) {
        UnknownFields.refuse(
                "probe", probe.toBuilder().clearPort().clearPath().clearGrpc().build());
        String path = probe.getPath();
        if (!probe.getGrpc()) {
            return path.isEmpty() ? new Opening(probe.getPort()) : new Http(probe.getPort(), path);
        }
        if (!path.isEmpty()) {
            throw new IllegalArgumentException("probe: gRPC with the path " + path + " (expected: no path)");
        }
        return new Grpc(probe.getPort());
    }
}
