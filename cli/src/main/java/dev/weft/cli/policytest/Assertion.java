package dev.weft.cli.policytest;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An expectation about a mesh's policies, as written in a file. A field that is absent is null.
 *
 * @param from a workload, a SPIFFE ID, or {@code unauthenticated}
 * @param to {@code [NAMESPACE/]NAME:PORT} of a workload or a Service
 * @param grpc {@code SERVICE/METHOD}, in place of method and path
 * @param expect {@code allow}, {@code deny} or {@code per-request}
 */
public record Assertion(
        @Nullable String name,
        @Nullable String from,
        @Nullable String to,
        @Nullable String address,
        @Nullable String method,
        @Nullable String path,
        @Nullable String host,
        @Nullable Map<String, String> headers,
        @Nullable String grpc,
        @Nullable String expect,
        @Nullable String code) {

    public Assertion {
        headers = headers == null ? null : Map.copyOf(headers);
    }

    /** Returns the name, or else a description of the assertion. */
    String title() {
        if (name != null) {
            return name;
        }
        String request = grpc != null
                ? " gRPC " + grpc
                : method == null && path == null
                        ? ""
                        : " " + (method == null ? "GET" : method) + " " + (path == null ? "/" : path);
        return from + " → " + to + request + ": " + expect;
    }
}
