package dev.weft.proxy.session;

import java.net.NoRouteToHostException;
import java.util.Objects;

/**
 * Why a session was not allowed, could not be made, or was closed.
 *
 * @param code WEFT-D… of the data plane, WEFT-P… of policy
 * @param status of the CONNECT response: 400, 403 or 503
 * @param reason for people: what happened, and what to do; printable ASCII, bounded
 */
public record Refusal(String code, int status, String reason) {
    /** Characters of a reason that are kept. */
    public static final int MAX_REASON = 512;

    private static final int MAX_CODE = 32;
    private static final String POLICY = "WEFT-P";
    private static final int FORBIDDEN = 403;
    private static final int BAD_REQUEST = 400;
    private static final int UNAVAILABLE = 503;

    public Refusal {
        Objects.requireNonNull(code, "code");
        code = printable(code, MAX_CODE);
        reason = printable(reason, MAX_REASON);
    }

    /** A refusal of the data plane itself. */
    public static Refusal of(Code code, String reason) {
        return new Refusal(code.code(), code.status(), reason);
    }

    /** What kept a connection from being made: Netty's own text begins with "null" where the kernel's code has no message. */
    public static String why(Throwable cause) {
        if (cause instanceof NoRouteToHostException) {
            return "no route to the address";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** Policy's refusal. */
    public static Refusal byPolicy(String code, String reason) {
        return new Refusal(code, FORBIDDEN, reason);
    }

    /** Whether a limit was reached. */
    public boolean isOfLimit() {
        return code.equals(Code.LIMIT.code());
    }

    /** Whether it is policy's. */
    public boolean isByPolicy() {
        return code.startsWith(POLICY);
    }

    /** Whether another endpoint may do better. */
    public boolean worthRetrying() {
        return status == UNAVAILABLE;
    }

    @Override
    public String toString() {
        return code + ": " + reason;
    }

    /** A peer's text travels into headers and logs: neither control characters nor more than a bounded length. */
    private static String printable(String text, int max) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), max));
        for (int i = 0; i < text.length() && i < max; i++) {
            char c = text.charAt(i);
            out.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return out.toString();
    }

    /** The data plane's own codes; docs/proxy.md says what to do about each. */
    public enum Code {
        /** The connection was meant for the proxy itself. */
        LOOP("WEFT-D001", BAD_REQUEST),
        /** The connection reached the proxy's port without a redirect. */
        NOT_CAPTURED("WEFT-D002", BAD_REQUEST),
        /** The control plane has not said where the address leads. */
        NO_ANSWER("WEFT-D003", UNAVAILABLE),
        /** The address belongs to the mesh and leads nowhere. */
        UNREACHABLE("WEFT-D004", FORBIDDEN),
        /** The destination has no endpoint that is ready. */
        NO_ENDPOINT("WEFT-D005", UNAVAILABLE),
        /** No TCP connection to the endpoint. */
        CONNECT_FAILED("WEFT-D006", UNAVAILABLE),
        /** No mutual TLS with the endpoint. */
        HANDSHAKE_FAILED("WEFT-D007", UNAVAILABLE),
        /** The endpoint proved another identity than the directory's. */
        WRONG_IDENTITY("WEFT-D008", UNAVAILABLE),
        /** The tunnel ended under the session. */
        TUNNEL_LOST("WEFT-D009", UNAVAILABLE),
        /** Not a CONNECT with a numeric ip:port. */
        BAD_REQUEST_LINE("WEFT-D010", BAD_REQUEST),
        /** A CONNECT to an address that isn't the workload's. */
        FOREIGN_ADDRESS("WEFT-D011", BAD_REQUEST),
        /** The application does not accept connections. */
        APPLICATION_UNREACHABLE("WEFT-D012", UNAVAILABLE),
        /** Plaintext where only mutual TLS is admitted. */
        PLAINTEXT("WEFT-D013", FORBIDDEN),
        /** Not exactly the probe that is exempt. */
        NOT_THE_PROBE("WEFT-D014", FORBIDDEN),
        /** A certificate has ended. */
        CERTIFICATE_ENDED("WEFT-D015", FORBIDDEN),
        /** The peer's certificate is no longer trusted. */
        NO_LONGER_TRUSTED("WEFT-D016", FORBIDDEN),
        /** A limit of the proxy was reached. */
        LIMIT("WEFT-D017", UNAVAILABLE),
        /** The proxy is going down. */
        DRAINING("WEFT-D018", UNAVAILABLE),
        /** The proxy holds no credentials or policy. */
        NOT_READY("WEFT-D019", UNAVAILABLE),
        /** The connection broke. */
        BROKEN("WEFT-D020", UNAVAILABLE),
        /** A tunnel's side did not prove itself again. */
        NOT_PROVEN_ANEW("WEFT-D021", FORBIDDEN),
        /** A port that the workload does not declare, where only those are reached. */
        PORT_NOT_DECLARED("WEFT-D023", FORBIDDEN),
        /** It was not confirmed for too long that the destination is outside of the mesh. */
        PLAINTEXT_UNCONFIRMED("WEFT-D027", UNAVAILABLE),
        /** The destination became part of the mesh while a connection in plaintext stood. */
        MESHED_MEANWHILE("WEFT-D028", FORBIDDEN),
        /** More connections at a time than probes need. */
        PROBE_LIMIT("WEFT-D030", UNAVAILABLE),
        /** One identity has as many tunnels or sessions as it may. */
        IDENTITY_LIMIT("WEFT-D031", UNAVAILABLE),
        /** The sidecar was short of memory, and this session held the most, of the identity that held the most. */
        MEMORY("WEFT-D032", UNAVAILABLE),
        /** The connection is carried as bytes, and policy judges requests on its port by now. */
        JUDGED_BY_REQUEST("WEFT-D033", FORBIDDEN),
        /** No request came in time on a port whose policies judge requests. */
        NO_REQUEST("WEFT-D034", FORBIDDEN),
        /** No EgressPolicy allows the address, or the host. */
        EGRESS_DENIED("WEFT-H060", FORBIDDEN),
        /** A call outside depends on its host, and none can be read of it. */
        EGRESS_UNREADABLE("WEFT-H061", FORBIDDEN),
        /** A call outside depends on its host, and the application was silent. */
        EGRESS_SILENT("WEFT-H062", FORBIDDEN),
        /** It is not known yet what the workload may call outside. */
        EGRESS_UNKNOWN("WEFT-H063", UNAVAILABLE);

        private final String code;
        private final int status;

        Code(String code, int status) {
            this.code = code;
            this.status = status;
        }

        /** As written in headers, logs and metrics. */
        public String code() {
            return code;
        }

        int status() {
            return status;
        }
    }
}
