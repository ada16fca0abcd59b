package dev.weft.proxy.session;

import java.net.NoRouteToHostException;
import java.util.Objects;

/**
 * Why a session was not allowed, could not be made, or was closed.
 *
 * @param code stable code: WEFT-D… of the data plane, WEFT-H… of HTTP and of calls out of the mesh, WEFT-P… of policy
 * @param status status of the response; 400, 403 or 503 for a CONNECT
 * @param reason text for people: what happened, and what to do; printable ASCII, at most {@link #MAX_REASON} characters
 */
public record Refusal(String code, int status, String reason) {
    /** The most characters of a reason; the rest is cut off. */
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

    /** Returns a refusal by the data plane itself. */
    public static Refusal of(Code code, String reason) {
        return new Refusal(code.code(), code.status(), reason);
    }

    /**
     * Describes why a connection could not be made. Netty's own text begins with "null" where the kernel's code has no
     * message.
     */
    public static String why(Throwable cause) {
        if (cause instanceof NoRouteToHostException) {
            return "no route to the address";
        }
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** Returns a refusal by policy. */
    public static Refusal byPolicy(String code, String reason) {
        return new Refusal(code, FORBIDDEN, reason);
    }

    /** Whether a limit of the proxy was reached. */
    public boolean isOfLimit() {
        return code.equals(Code.LIMIT.code());
    }

    /** Whether the endpoint's sidecar has vanished. */
    public boolean isOfSilence() {
        return code.equals(Code.PEER_SILENT.code());
    }

    /** Whether policy refused. */
    public boolean isByPolicy() {
        return code.startsWith(POLICY);
    }

    /** Whether another endpoint may accept the session. */
    public boolean worthRetrying() {
        return status == UNAVAILABLE;
    }

    @Override
    public String toString() {
        return code + ": " + reason;
    }

    /**
     * Makes a text safe for headers and logs, as it may come from a peer: no control characters, and a bounded length.
     */
    private static String printable(String text, int max) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), max));
        for (int i = 0; i < text.length() && i < max; i++) {
            char c = text.charAt(i);
            out.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return out.toString();
    }

    /** The data plane's codes; docs/proxy.md says what to do about each. */
    public enum Code {
        /** The connection's destination was the proxy itself. */
        LOOP("WEFT-D001", BAD_REQUEST),
        /** The connection reached the proxy's port without a redirect. */
        NOT_CAPTURED("WEFT-D002", BAD_REQUEST),
        /** The control plane has not sent where the address leads. */
        NO_ANSWER("WEFT-D003", UNAVAILABLE),
        /** The address belongs to the mesh, but leads to no endpoint. */
        UNREACHABLE("WEFT-D004", FORBIDDEN),
        /** The destination has no endpoint that is ready. */
        NO_ENDPOINT("WEFT-D005", UNAVAILABLE),
        /** The TCP connection to the endpoint failed. */
        CONNECT_FAILED("WEFT-D006", UNAVAILABLE),
        /** Mutual TLS with the endpoint failed. */
        HANDSHAKE_FAILED("WEFT-D007", UNAVAILABLE),
        /** The endpoint proved another identity than the one in the directory. */
        WRONG_IDENTITY("WEFT-D008", UNAVAILABLE),
        /** The tunnel ended while it carried the session. */
        TUNNEL_LOST("WEFT-D009", UNAVAILABLE),
        /** The sidecar of the endpoint has not answered for too long, not even a PING. */
        PEER_SILENT("WEFT-D038", UNAVAILABLE),
        /** The request is not a CONNECT with a numeric ip:port. */
        BAD_REQUEST_LINE("WEFT-D010", BAD_REQUEST),
        /** The CONNECT names an address that is not the workload's. */
        FOREIGN_ADDRESS("WEFT-D011", BAD_REQUEST),
        /** The application does not accept connections. */
        APPLICATION_UNREACHABLE("WEFT-D012", UNAVAILABLE),
        /** The connection came in plaintext where only mutual TLS is allowed. */
        PLAINTEXT("WEFT-D013", FORBIDDEN),
        /** The connection is not exactly the exempt probe. */
        NOT_THE_PROBE("WEFT-D014", FORBIDDEN),
        /** A certificate has expired. */
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
        /** One side of a tunnel did not prove its identity again in time. */
        NOT_PROVEN_ANEW("WEFT-D021", FORBIDDEN),
        /** The workload does not declare the port, and only declared ports may be reached. */
        PORT_NOT_DECLARED("WEFT-D023", FORBIDDEN),
        /** For too long, the control plane has not confirmed that the destination is outside of the mesh. */
        PLAINTEXT_UNCONFIRMED("WEFT-D027", UNAVAILABLE),
        /** The destination became part of the mesh while a connection in plaintext was open. */
        MESHED_MEANWHILE("WEFT-D028", FORBIDDEN),
        /** There are more simultaneous connections than probes need. */
        PROBE_LIMIT("WEFT-D030", UNAVAILABLE),
        /** One identity has reached its limit of tunnels or sessions. */
        IDENTITY_LIMIT("WEFT-D031", UNAVAILABLE),
        /** The sidecar was short of memory, and this session held the most bytes of the identity that held the most. */
        MEMORY("WEFT-D032", UNAVAILABLE),
        /** The connection is carried as bytes, but policy now judges requests on its port. */
        JUDGED_BY_REQUEST("WEFT-D033", FORBIDDEN),
        /** No request came in time on a port where policies judge requests. */
        NO_REQUEST("WEFT-D034", FORBIDDEN),
        /** No EgressPolicy allows the address or the host. */
        EGRESS_DENIED("WEFT-H060", FORBIDDEN),
        /** The rules allow this call out of the mesh by host only, and no host can be read from it. */
        EGRESS_UNREADABLE("WEFT-H061", FORBIDDEN),
        /** The rules allow this call out of the mesh by host only, and the application sent nothing. */
        EGRESS_SILENT("WEFT-H062", FORBIDDEN),
        /** The sidecar does not know yet what the workload may call out of the mesh. */
        EGRESS_UNKNOWN("WEFT-H063", UNAVAILABLE);

        private final String code;
        private final int status;

        Code(String code, int status) {
            this.code = code;
            this.status = status;
        }

        /** Returns the code as written in headers, logs and metrics. */
        public String code() {
            return code;
        }

        int status() {
            return status;
        }
    }
}
