package dev.weft.proxy.route;

import dev.weft.api.v1.RouteBackend;
import dev.weft.api.v1.RouteChanges;
import dev.weft.api.v1.RouteMirror;
import dev.weft.api.v1.RouteRedirect;
import dev.weft.api.v1.RouteRetry;
import dev.weft.daemon.text.HostPort;
import dev.weft.policy.wire.UnknownFields;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one rule from the control plane. Throws IllegalArgumentException for unknown fields and values that are not
 * valid.
 */
final class RuleReader {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<String> SCHEMES = Set.of("", "http", "https");
    private static final int MAX_PORT = 65_535;

    private RuleReader() {}

    static RouteRule read(dev.weft.api.v1.RouteRule rule) {
        UnknownFields.refuse(
                "rule",
                rule.toBuilder()
                        .clearName()
                        .clearBackends()
                        .clearChanges()
                        .clearRedirect()
                        .clearMirrors()
                        .clearRequestTimeoutMillis()
                        .clearBackendTimeoutMillis()
                        .clearRetry()
                        .build());
        Checks.within(rule.getName() + ": backends", rule.getBackendsCount(), 0, RouteRule.MAX_BACKENDS);
        Checks.within(rule.getName() + ": mirrors", rule.getMirrorsCount(), 0, RouteRule.MAX_MIRRORS);
        Checks.require(
                !rule.hasRedirect() || rule.getBackendsCount() == 0,
                rule.getName(),
                "a redirect and backends",
                "one of both");
        known(rule.getChanges());
        List<Backend> backends = rule.getBackendsList().stream()
                .map(backend -> backend(backend, rule.getChanges()))
                .toList();
        return new RouteRule(
                rule.getName(),
                backends,
                rule.getMirrorsList().stream()
                        .map(mirror -> mirror(mirror, rule.getChanges()))
                        .toList(),
                rule.hasRedirect() ? redirect(rule.getRedirect()) : null,
                millis("request timeout", rule.getRequestTimeoutMillis()),
                millis("backend timeout", rule.getBackendTimeoutMillis()),
                rule.hasRetry() ? retry(rule.getRetry()) : null);
    }

    private static Duration millis(String what, int millis) {
        Checks.within(what, millis, 0, Integer.MAX_VALUE);
        return Duration.ofMillis(millis);
    }

    private static void known(RouteChanges changes) {
        UnknownFields.refuse(
                "changes",
                changes.toBuilder()
                        .clearRequest()
                        .clearResponse()
                        .clearHostname()
                        .clearPath()
                        .build());
    }

    /** Reads a backend. Its own changes are applied after the changes of its rule. */
    private static Backend backend(RouteBackend backend, RouteChanges ofRule) {
        UnknownFields.refuse(
                "backend",
                backend.toBuilder()
                        .clearService()
                        .clearAddress()
                        .clearWeight()
                        .clearChanges()
                        .build());
        RouteChanges own = backend.getChanges();
        known(own);
        Checks.within("backend " + backend.getService() + ": weight", backend.getWeight(), 0, Backend.MAX_WEIGHT);
        PathChange path = path(own);
        String hostOfRule = hostname(ofRule.getHostname());
        return new Backend(
                backend.getService(),
                address(backend.getAddress()),
                backend.getWeight(),
                FieldChanges.of(ofRule.getRequestList(), own.getRequestList()),
                FieldChanges.of(ofRule.getResponseList(), own.getResponseList()),
                own.getHostname().isEmpty() ? hostOfRule : hostname(own.getHostname()),
                path == null ? path(ofRule) : path);
    }

    /** Reads a mirror. Copies get the rule's changes, too. */
    private static Mirror mirror(RouteMirror mirror, RouteChanges ofRule) {
        UnknownFields.refuse(
                "mirror",
                mirror.toBuilder().clearBackend().clearShareMillionths().build());
        Checks.within("mirror: millionths", mirror.getShareMillionths(), 0, Mirror.ALL);
        return new Mirror(backend(mirror.getBackend(), ofRule), mirror.getShareMillionths());
    }

    private static @Nullable InetSocketAddress address(String text) {
        if (text.isEmpty()) {
            return null;
        }
        InetSocketAddress address = HostPort.literal(text);
        Checks.within("backend " + text + ": port", address.getPort(), 1, MAX_PORT);
        return address;
    }

    private static String hostname(String name) {
        Checks.require(
                name.isEmpty() || Checks.isHostname(name), "hostname", name, "a name in lower case, without a port");
        return name;
    }

    private static @Nullable PathChange path(RouteChanges changes) {
        return switch (changes.getPathCase()) {
            case FULL_PATH -> new PathChange.Full(Paths.replacement(changes.getFullPath()));
            case PREFIX -> new PathChange.Prefix(Paths.prefix(changes.getPrefix()));
            case PATH_NOT_SET -> null;
        };
    }

    private static Redirect redirect(RouteRedirect redirect) {
        UnknownFields.refuse(
                "redirect",
                redirect.toBuilder()
                        .clearScheme()
                        .clearHostname()
                        .clearPort()
                        .clearStatus()
                        .clearPath()
                        .build());
        Checks.require(
                REDIRECTS.contains(redirect.getStatus()),
                "redirect: status",
                Integer.toUnsignedString(redirect.getStatus()),
                "301, 302, 303, 307 or 308");
        Checks.require(
                SCHEMES.contains(redirect.getScheme()), "redirect: scheme", redirect.getScheme(), "http or https");
        Checks.within("redirect: port", redirect.getPort(), 0, MAX_PORT);
        PathChange path = switch (redirect.getPathCase()) {
            case FULL_PATH -> new PathChange.Full(Paths.replacement(redirect.getFullPath()));
            case PREFIX -> new PathChange.Prefix(Paths.prefix(redirect.getPrefix()));
            case PATH_NOT_SET -> null;
        };
        return new Redirect(
                redirect.getScheme(), hostname(redirect.getHostname()), redirect.getPort(), redirect.getStatus(), path);
    }

    private static Retry retry(RouteRetry retry) {
        UnknownFields.refuse(
                "retry",
                retry.toBuilder()
                        .clearStatuses()
                        .clearAttempts()
                        .clearBackoffMillis()
                        .build());
        return new Retry(
                new HashSet<>(retry.getStatusesList()),
                retry.getAttempts(),
                millis("retry: backoff", retry.getBackoffMillis()));
    }
}
