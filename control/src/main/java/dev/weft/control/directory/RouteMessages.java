package dev.weft.control.directory;

import dev.weft.api.v1.FieldChange;
import dev.weft.api.v1.FieldMatch;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteBackend;
import dev.weft.api.v1.RouteChanges;
import dev.weft.api.v1.RouteMatch;
import dev.weft.api.v1.RouteMirror;
import dev.weft.api.v1.RouteRedirect;
import dev.weft.api.v1.RouteRetry;
import dev.weft.api.v1.RouteRule;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.Mirror;
import dev.weft.mesh.route.PortRoutes;
import dev.weft.mesh.route.Redirect;
import dev.weft.mesh.route.Retry;
import dev.weft.mesh.route.Rule;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * Converts the routes of a port into the messages that proxies receive.
 *
 * @param service the Service that has the port
 * @param asked the address that a proxy asks about; backends get an address of the same family where they have one
 */
record RouteMessages(PortRouting routing, ObjectName service, IpPort asked) {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    RequestRoutes all() {
        RequestRoutes.Builder all = RequestRoutes.newBuilder();
        routing.routes().matches().forEach(ranked -> all.addMatches(match(ranked)));
        routing.routes().rules().forEach(placed -> all.addRules(rule(placed)));
        return all.build();
    }

    private static RouteMatch match(PortRoutes.Ranked ranked) {
        Match match = ranked.match();
        RouteMatch.Builder message = RouteMatch.newBuilder().setRule(ranked.rule());
        switch (match.path()) {
            case Match.PathMatch.Any _ -> {}
            case Match.PathMatch.Exact(String path) -> message.setExactPath(path);
            case Match.PathMatch.Prefix(String path) -> message.setPathPrefix(path);
            case Match.PathMatch.GrpcMethod(String name) -> message.setGrpcMethod(name);
        }
        if (match.method() != null) {
            message.setMethod(match.method());
        }
        match.headers().forEach(field -> message.addHeaders(field(field)));
        match.query().forEach(field -> message.addQuery(field(field)));
        return message.build();
    }

    private static FieldMatch field(Match.Field field) {
        return FieldMatch.newBuilder()
                .setName(field.name())
                .setValue(field.value())
                .build();
    }

    private RouteRule rule(PortRoutes.Placed placed) {
        Rule rule = placed.rule();
        RouteRule.Builder message = RouteRule.newBuilder()
                .setName(placed.toString())
                .setRequestTimeoutMillis(unsigned(rule.timeouts().request()))
                .setBackendTimeoutMillis(unsigned(rule.timeouts().backend()));
        rule.backends().forEach(backend -> message.addBackends(backend(backend)));
        if (!rule.changes().isNone()) {
            message.setChanges(changes(rule.changes()));
        }
        rule.redirect().ifPresent(redirect -> message.setRedirect(redirect(redirect)));
        rule.mirrors().forEach(mirror -> message.addMirrors(mirror(mirror)));
        rule.retry().ifPresent(retry -> message.setRetry(retry(retry)));
        return message.build();
    }

    /** Converts to milliseconds: the longest duration of a route is less than 2 to the power of 31 milliseconds. */
    private static int unsigned(Duration duration) {
        return (int) duration.toMillis();
    }

    private RouteBackend backend(Backend backend) {
        RouteBackend.Builder message = RouteBackend.newBuilder()
                .setService(backend.service().toString())
                .setAddress(address(backend))
                .setWeight(backend.weight());
        if (!backend.changes().isNone()) {
            message.setChanges(changes(backend.changes()));
        }
        return message.build();
    }

    /** Returns the address of a backend; empty if it has none, as every backend that is not a Service. */
    private String address(Backend backend) {
        if (!backend.kind().equals(Backend.SERVICE)) {
            return "";
        }
        if (backend.service().equals(service) && backend.port() == asked.port()) {
            return asked.toString();
        }
        List<InetAddress> addresses = routing.addresses().getOrDefault(PortRouting.BackendPort.of(backend), List.of());
        return addresses.stream()
                .filter(address -> address.getClass() == asked.address().getClass())
                .findFirst()
                .or(() -> addresses.stream().findFirst())
                .map(address -> IpPort.format(address, backend.port()))
                .orElse("");
    }

    private static RouteChanges changes(HeadChanges changes) {
        RouteChanges.Builder message = RouteChanges.newBuilder();
        changes.request().forEach(change -> message.addRequest(change(change)));
        changes.response().forEach(change -> message.addResponse(change(change)));
        if (changes.hostname() != null) {
            message.setHostname(changes.hostname());
        }
        changes.path().ifPresent(path -> {
            switch (path) {
                case HeadChanges.PathChange.Full(String full) -> message.setFullPath(full);
                case HeadChanges.PathChange.Prefix(String prefix) -> message.setPrefix(prefix);
            }
        });
        return message.build();
    }

    private static FieldChange change(HeadChanges.FieldChange change) {
        FieldChange.Builder message = FieldChange.newBuilder();
        switch (change) {
            case HeadChanges.FieldChange.Set(String name, String value) ->
                message.setKind(FieldChange.Kind.SET).setName(name).setValue(value);
            case HeadChanges.FieldChange.Add(String name, String value) ->
                message.setKind(FieldChange.Kind.ADD).setName(name).setValue(value);
            case HeadChanges.FieldChange.Remove(String name) ->
                message.setKind(FieldChange.Kind.REMOVE).setName(name);
        }
        return message.build();
    }

    /**
     * A redirect to another scheme without a port gets that scheme's port: the request's port would belong to the other
     * scheme.
     */
    private static RouteRedirect redirect(Redirect redirect) {
        RouteRedirect.Builder message = RouteRedirect.newBuilder().setStatus(redirect.status());
        if (redirect.scheme() != null) {
            message.setScheme(redirect.scheme()).setPort(redirect.scheme().equals("https") ? HTTPS_PORT : HTTP_PORT);
        }
        if (redirect.hostname() != null) {
            message.setHostname(redirect.hostname());
        }
        if (redirect.port() != null) {
            message.setPort(redirect.port());
        }
        redirect.path().ifPresent(path -> {
            switch (path) {
                case HeadChanges.PathChange.Full(String full) -> message.setFullPath(full);
                case HeadChanges.PathChange.Prefix(String prefix) -> message.setPrefix(prefix);
            }
        });
        return message.build();
    }

    private RouteMirror mirror(Mirror mirror) {
        return RouteMirror.newBuilder()
                .setBackend(backend(mirror.backend()))
                .setShareMillionths(mirror.millionths())
                .build();
    }

    private static RouteRetry retry(Retry retry) {
        return RouteRetry.newBuilder()
                .addAllStatuses(retry.statuses())
                .setAttempts(retry.attempts())
                .setBackoffMillis(unsigned(retry.backoff()))
                .build();
    }
}
