package dev.weft.cli.explain;

import dev.weft.api.v1.RequestField;
import dev.weft.api.v1.RoutedRequest;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request as the options of a command describe it.
 *
 * @param method the method; null for GET, or for POST with grpc
 * @param path the path; null for "/"
 * @param host the host; null if the request names none
 * @param headers the values of each header, by its name in lower case
 * @param grpc {@code SERVICE/METHOD}; null for HTTP
 */
public record RequestOptions(
        @Nullable String method,
        @Nullable String path,
        @Nullable String host,
        Map<String, List<String>> headers,
        @Nullable String grpc) {

    public RequestOptions {
        headers = Map.copyOf(headers);
    }

    /** Whether any part of a request is given. */
    public boolean isAny() {
        return method != null || path != null || host != null || grpc != null || !headers.isEmpty();
    }

    /**
     * Returns the request as policy sees it.
     *
     * @throws UnacceptablePathException if the sidecar refuses the path, whatever policy decides
     * @throws CommandFailure if the parts do not make a valid request
     */
    public HttpRequest request() throws UnacceptablePathException {
        headers.keySet().forEach(name -> require("header", name, HeaderMatch.unmetName(name)));
        String named = host == null ? "" : withoutPort(host);
        HttpRequest.Headers fields = HttpRequest.Headers.of(headers);
        if (grpc == null) {
            String target = path == null ? "/" : path;
            return new HttpRequest(
                    method == null ? "GET" : method, RequestPath.normalize(target), named, fields, false);
        }
        int slash = grpc.indexOf('/');
        boolean call = slash > 0
                && RequestMatch.Grpc.unmetService(grpc.substring(0, slash)) == null
                && RequestMatch.Grpc.unmetMethod(grpc.substring(slash + 1)) == null;
        require("grpc", grpc, call ? null : "SERVICE/METHOD, such as shop.v1.Orders/Get");
        require("method", method == null ? "" : method, method == null ? null : "no method together with grpc");
        require("path", path == null ? "" : path, path == null ? null : "no path together with grpc");
        return new HttpRequest("POST", "/" + grpc, named, fields, true);
    }

    /** Returns the request as routes see it; empty if no part of a request is given. */
    public Optional<RoutedRequest> routed() throws UnacceptablePathException {
        if (!isAny()) {
            return Optional.empty();
        }
        HttpRequest request = request();
        RoutedRequest.Builder routed = RoutedRequest.newBuilder()
                .setMethod(request.method())
                .setTarget(grpc == null && path != null ? path : request.path())
                .setHost(host == null ? "" : host);
        headers.forEach((name, values) -> values.forEach(value ->
                routed.addFields(RequestField.newBuilder().setName(name).setValue(value))));
        return Optional.of(routed.build());
    }

    static String words(HttpRequest request) {
        return request.grpc()
                ? "gRPC " + request.path().substring(1)
                : request.method() + " " + (request.host().isEmpty() ? "" : request.host()) + request.path();
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    private static void require(String what, String given, @Nullable String unmet) {
        if (unmet != null) {
            throw CommandFailure.usage(
                    what + ": " + given + " (expected: " + unmet + ")", "see 'weft policy explain --help'");
        }
    }
}
