package dev.weft.cli.command;

import dev.weft.api.v1.RoutedRequest;
import dev.weft.cli.explain.RequestOptions;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.request.UnacceptablePathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the request that a question is about, for policies about requests and for routes. */
public final class RequestOption {

    @Option(names = "--method", paramLabel = "METHOD", description = "the request's method. Default: GET.")
    private @Nullable String method;

    @Option(names = "--path", paramLabel = "PATH", description = "the request's path. Default: /.")
    private @Nullable String path;

    @Option(names = "--host", paramLabel = "HOST", description = "the host that the request names. Default: none.")
    private @Nullable String host;

    @Option(
            names = "--header",
            paramLabel = "NAME=VALUE",
            description = "a header of the request. May be given several times.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = "--grpc",
            paramLabel = "SERVICE/METHOD",
            description = "a gRPC call, such as shop.v1.Orders/Get, instead of --method and --path.")
    private @Nullable String grpc;

    /** Returns the given request; null if none was given. */
    @Nullable
    HttpRequest request() {
        RequestOptions requested = requested();
        try {
            return requested.isAny() ? requested.request() : null;
        } catch (UnacceptablePathException e) {
            throw unacceptable(e);
        }
    }

    /** Returns the given request in the form for routes; empty if none was given. */
    Optional<RoutedRequest> routed() {
        try {
            return requested().routed();
        } catch (UnacceptablePathException e) {
            throw unacceptable(e);
        }
    }

    @Nullable
    String host() {
        return host;
    }

    boolean saysMoreThanTheHost() {
        return new RequestOptions(method, path, null, fields(), grpc).isAny();
    }

    private RequestOptions requested() {
        return new RequestOptions(method, path, host, fields(), grpc);
    }

    private static CommandFailure unacceptable(UnacceptablePathException e) {
        return CommandFailure.usage(
                "--path: " + e.getMessage() + ": the sidecar refuses it under any policy",
                "give a path that all applications read in the same way");
    }

    private Map<String, List<String>> fields() {
        Map<String, List<String>> fields = new TreeMap<>();
        for (String header : headers) {
            int equals = header.indexOf('=');
            if (equals < 1) {
                throw CommandFailure.usage(
                        "--header: " + header + " (expected: NAME=VALUE)", "see 'weft policy explain --help'");
            }
            fields.computeIfAbsent(header.substring(0, equals).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(header.substring(equals + 1));
        }
        return fields;
    }
}
