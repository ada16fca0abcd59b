package dev.weft.policy.request;

import java.util.List;
import java.util.Objects;

/**
 * The parts of one request that policy looks at.
 *
 * @param method as sent; methods are case-sensitive (RFC 9110 section 9.1)
 * @param path in the form of {@link RequestPath#normalize}, without the query; "*" for the server as a whole, empty for
 *     CONNECT
 * @param host lower case, without a port; empty if the request names no host
 * @param headers the request's header fields
 * @param grpc whether it is a gRPC call: a POST over HTTP/2 whose content type is application/grpc
 */
public record HttpRequest(String method, String path, String host, Headers headers, boolean grpc) {

    @FunctionalInterface
    public interface Headers {

        /** No header field at all. */
        Headers NONE = _ -> List.of();

        /**
         * Returns the values of a field in the order they came, one for each field line; empty if the field is absent.
         */
        List<String> values(String lowerCaseName);
    }

    /** Normalizes the host: lower case, and without the dot that may end a DNS name. */
    public HttpRequest {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(headers, "headers");
        host = Ascii.lowerCase(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
    }

    /**
     * Whether the path is one that policy can judge: a path that begins with "/", "*", or the empty path of CONNECT.
     */
    public boolean hasJudgeablePath() {
        return path.isEmpty() ? method.equals("CONNECT") : path.charAt(0) == '/' || path.equals("*");
    }
}
