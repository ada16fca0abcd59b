package dev.weft.proxy.mesh;

import dev.weft.api.v1.ProbeExemption;
import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.wire.UnknownFields;

/** A probe of the workload that is admitted in plaintext, whatever its mode and policies. */
public sealed interface ExemptProbe {
    /** The port of the workload that is probed. */
    int port();

    /** A GET or HEAD of exactly this target. */
    record Http(int port, String path) implements ExemptProbe {}

    /** The opening of a connection. */
    record Opening(int port) implements ExemptProbe {}

    /** A call of the health check of gRPC. */
    record Grpc(int port) implements ExemptProbe {
        private static final String CHECK = "/grpc.health.v1.Health/Check";
        /** Most digits of the length of the body, if it is said: the body is the name of a service. */
        private static final int DIGITS = 3;

        /** Whether this is a call of the health check, whose body is not said to be longer than one needs. */
        public static boolean isCheck(HttpRequest request) {
            HttpRequest.Headers headers = request.headers();
            return request.grpc()
                    && headers.values(":path").contains(CHECK)
                    && headers.values("content-length").stream().allMatch(length -> length.length() <= DIGITS);
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
