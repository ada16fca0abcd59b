package dev.weft.policy.request;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The parts of one request that policy looks at.
 *
 * @param method as sent; methods are case-sensitive (RFC 9110 section 9.1)
 * @param path in the form of {@link RequestPath#normalize}, without the query; "*" for the server as a whole, empty for
 *     CONNECT
 * @param host in the form of {@link RequestHost#normalize}, without a port; empty if the request names no host
 * @param headers the request's header fields
 * @param grpc whether it is a gRPC call: a POST over HTTP/2 whose content type is application/grpc
 */
public record HttpRequest(String method, String path, String host, Headers headers, boolean grpc) {

    @FunctionalInterface
    public interface Headers {

        /** No header field at all. */
        Headers NONE = of(Map.of());

        /** Returns fields with these values. The names are in lower case. */
        static Headers of(Map<String, List<String>> fields) {
            return new Headers() {
                @Override
                public List<String> values(String lowerCaseName) {
                    return fields.getOrDefault(lowerCaseName, List.of());
                }

                @Override
                public List<String> lookalikes(String lowerCaseName) {
                    return fields.entrySet().stream()
                            .filter(field -> FieldRole.areLookalikes(field.getKey(), lowerCaseName))
                            .flatMap(field -> field.getValue().stream())
                            .toList();
                }
            };
        }

        /**
         * Returns the values of a field in the order they came, one for each field line; empty if the field is absent.
         */
        List<String> values(String lowerCaseName);

        /**
         * Returns the values of the fields whose names only resemble this name: see {@link FieldRole#areLookalikes}.
         * Some applications take the one for the other.
         *
         * @throws UnsupportedOperationException if no policy judges this request, so that nobody needs them
         */
        default List<String> lookalikes(String lowerCaseName) {
            throw new UnsupportedOperationException("the names of the fields are not known");
        }

        /**
         * Whether the request's Connection field names this field (RFC 9110 section 7.6.1): an application that is a
         * proxy drops it, so the program behind does not see what policy sees. Never true for HTTP/2.
         */
        default boolean isOfConnection(String lowerCaseName) {
            return false;
        }
    }

    /** Normalizes the host as {@link RequestHost} does. */
    public HttpRequest {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(headers, "headers");
        host = RequestHost.normalize(host);
    }

    /**
     * Whether the path is one that policy can judge: a path that begins with "/", "*", or the empty path of CONNECT.
     */
    public boolean hasJudgeablePath() {
        return path.isEmpty() ? method.equals("CONNECT") : path.charAt(0) == '/' || path.equals("*");
    }
}
