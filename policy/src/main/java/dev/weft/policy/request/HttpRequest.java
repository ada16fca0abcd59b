package dev.weft.policy.request;

import java.util.List;
import java.util.Objects;

/**
 * What policy sees of one request.
 *
 * @param method as sent; methods are case-sensitive (RFC 9110 section 9.1)
 * @param path as {@link RequestPath#normalize} gives it: no query; "*" for the server as a whole, empty for CONNECT
 * @param host lower case, without a port; empty if the request names none
 * @param headers the request's header fields
 * @param grpc whether it is a gRPC call: a POST over HTTP/2 whose content type is application/grpc
 */
public record HttpRequest(String method, String path, String host, Headers headers, boolean grpc) {

    /** The header fields of a request. */
    @FunctionalInterface
    public interface Headers {

        /** No header field at all. */
        Headers NONE = _ -> List.of();

        /** The values of a field in the order they came, one for each field line; empty without the field. */
        List<String> values(String lowerCaseName);
    }

    /** Brings the host into its one form: lower case, and without the dot that ends a name at the root. */
    public HttpRequest {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(headers, "headers");
        host = Ascii.lowerCase(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
    }

    /** Whether the path is one of the three kinds that a server can be asked for. */
    public boolean hasJudgeablePath() {
        return path.isEmpty() ? method.equals("CONNECT") : path.charAt(0) == '/' || path.equals("*");
    }
}
