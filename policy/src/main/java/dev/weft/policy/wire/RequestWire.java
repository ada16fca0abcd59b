package dev.weft.policy.wire;

import dev.weft.api.v1.GrpcMatch;
import dev.weft.api.v1.HttpMatch;
import dev.weft.api.v1.PathMatch;
import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.RequestMatch;
import java.util.Set;

/** Converts rules about requests to messages and back. */
final class RequestWire {

    private RequestWire() {}

    static dev.weft.api.v1.RequestMatch toProto(RequestMatch match) {
        dev.weft.api.v1.RequestMatch.Builder message = dev.weft.api.v1.RequestMatch.newBuilder();
        switch (match) {
            case RequestMatch.Http http -> message.setHttp(toProto(http));
            case RequestMatch.Grpc grpc ->
                message.setGrpc(
                        GrpcMatch.newBuilder().setService(grpc.service()).addAllMethods(grpc.methods()));
        }
        return message.build();
    }

    private static HttpMatch toProto(RequestMatch.Http http) {
        HttpMatch.Builder message = HttpMatch.newBuilder().addAllMethods(http.methods());
        http.hosts().forEach(host -> message.addHosts(host.text()));
        http.paths().forEach(path -> message.addPaths(toProto(path)));
        http.headers().forEach(header -> message.addHeaders(toProto(header)));
        return message.build();
    }

    private static PathMatch toProto(PathPattern path) {
        PathMatch.Builder message = PathMatch.newBuilder();
        switch (path) {
            case PathPattern.Exact exact -> message.setExact(exact.path());
            case PathPattern.Prefix prefix -> message.setPrefix(prefix.path());
            case PathPattern.Template template -> message.setTemplate(template.path());
        }
        return message.build();
    }

    private static dev.weft.api.v1.HeaderMatch toProto(HeaderMatch header) {
        dev.weft.api.v1.HeaderMatch.Builder message =
                dev.weft.api.v1.HeaderMatch.newBuilder().setName(header.name());
        switch (header) {
            case HeaderMatch.Exact exact -> message.setExact(exact.value());
            case HeaderMatch.Present _ -> message.setPresent(true);
        }
        return message.build();
    }

    /** @throws IllegalArgumentException if the message has a field or a value that is not understood */
    static RequestMatch fromProto(dev.weft.api.v1.RequestMatch message) {
        UnknownFields.refuse("to", message.toBuilder().clearMatch().build());
        return switch (message.getMatchCase()) {
            case HTTP -> http(message.getHttp());
            case GRPC -> grpc(message.getGrpc());
            case MATCH_NOT_SET -> throw new IllegalArgumentException("to: an empty entry (expected: http or grpc)");
        };
    }

    private static RequestMatch http(HttpMatch message) {
        UnknownFields.refuse(
                "to.http",
                message.toBuilder()
                        .clearMethods()
                        .clearHosts()
                        .clearPaths()
                        .clearHeaders()
                        .build());
        return new RequestMatch.Http(
                Set.copyOf(message.getMethodsList()),
                message.getHostsList().stream().map(HostPattern::new).toList(),
                message.getPathsList().stream().map(RequestWire::path).toList(),
                message.getHeadersList().stream().map(RequestWire::header).toList());
    }

    private static RequestMatch grpc(GrpcMatch message) {
        UnknownFields.refuse(
                "to.grpc", message.toBuilder().clearService().clearMethods().build());
        return new RequestMatch.Grpc(message.getService(), Set.copyOf(message.getMethodsList()));
    }

    private static PathPattern path(PathMatch message) {
        UnknownFields.refuse("path", message.toBuilder().clearKind().build());
        return switch (message.getKindCase()) {
            case EXACT -> new PathPattern.Exact(message.getExact());
            case PREFIX -> new PathPattern.Prefix(message.getPrefix());
            case TEMPLATE -> new PathPattern.Template(message.getTemplate());
            case KIND_NOT_SET ->
                throw new IllegalArgumentException("path: empty (expected: exact, prefix or template)");
        };
    }

    private static HeaderMatch header(dev.weft.api.v1.HeaderMatch message) {
        UnknownFields.refuse(
                "header", message.toBuilder().clearName().clearValue().build());
        return switch (message.getValueCase()) {
            case EXACT -> new HeaderMatch.Exact(message.getName(), message.getExact());
            case PRESENT -> {
                if (!message.getPresent()) {
                    throw new IllegalArgumentException(
                            "header: " + message.getName() + ": present is false (expected: true)");
                }
                yield new HeaderMatch.Present(message.getName());
            }
            case VALUE_NOT_SET ->
                throw new IllegalArgumentException(
                        "header: " + message.getName() + " without a value (expected: exact or present)");
        };
    }
}
