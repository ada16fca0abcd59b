package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.FieldChange;
import dev.weft.api.v1.FieldMatch;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteBackend;
import dev.weft.api.v1.RouteChanges;
import dev.weft.api.v1.RouteMatch;
import dev.weft.api.v1.RouteMirror;
import dev.weft.api.v1.RouteRetry;
import dev.weft.api.v1.RouteRule;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.Match.PathMatch;
import dev.weft.mesh.route.Mirror;
import dev.weft.mesh.route.PortRoutes;
import dev.weft.mesh.route.Retry;
import dev.weft.mesh.route.Rule;
import dev.weft.mesh.route.Timeouts;
import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.request.RequestFields;
import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import dev.weft.proxy.route.RequestTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The operator's command tries matches one by one, the caller's sidecar has an index: both find the same. */
final class RouteMatchesTest {

    private static final int TABLES = 2_000;
    private static final int REQUESTS = 20;
    private static final List<String> PATHS =
            List.of("/", "/a", "/a/b", "/a/b/c", "/ab", "/A", "/%61", "/s/M", "/a%20b");
    private static final List<String> TARGETS = List.of(
            "/",
            "/a",
            "/a/",
            "/a/b",
            "/a/b?k=v",
            "/a/b/c?k=w&k=v",
            "/ab",
            "/A",
            "/s/M",
            "/s/M/x",
            "/a%20b",
            "/x?k=%76");

    @Test
    void bothReadersFindTheSameMatch() throws UnacceptablePathException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int met = 0;
        for (int i = 0; i < TABLES; i++) {
            List<Match> matches = new ArrayList<>();
            RequestRoutes.Builder routes = RequestRoutes.newBuilder();
            for (int rule = 0; rule <= random.nextInt(6); rule++) {
                Match match = match(random);
                matches.add(match);
                routes.addRules(RouteRule.newBuilder().setName("rule " + rule));
                routes.addMatches(message(match, rule));
            }
            RequestTable table = RequestTable.fromProto(routes.build());
            for (int j = 0; j < REQUESTS; j++) {
                String target = one(random, TARGETS);
                HttpRequest request = request(random, target);
                Optional<String> indexed =
                        table.match(request).map(matched -> matched.rule().name());
                Optional<String> tried = tried(matches, request);
                met += tried.isPresent() ? 1 : 0;
                assertThat(tried)
                        .as("%s %s of %s, seed %d", request.method(), target, matches, seed)
                        .isEqualTo(indexed);
            }
        }
        assertThat(met).isBetween(1, TABLES * REQUESTS - 1);
    }

    /** If a sidecar had lower limits, one route that the control plane accepts could cost a destination all its routes. */
    @Test
    void aSidecarAcceptsTheLargestRoutesOfTheMesh() {
        RouteRule rule = largestRule();
        RouteMatch match = largestMatch();
        RequestTable table = RequestTable.fromProto(RequestRoutes.newBuilder()
                .addAllRules(Collections.nCopies(PortRoutes.MAX_RULES, rule))
                .addAllMatches(Collections.nCopies(PortRoutes.MAX_MATCHES, match))
                .build());
        assertThat(table).isNotNull();
        assertThat(RequestTable.MAX_ADDRESSES).isGreaterThanOrEqualTo(PortRoutes.MAX_RULES);
    }

    private static RouteMatch largestMatch() {
        return RouteMatch.newBuilder()
                .setPathPrefix("/")
                .addAllHeaders(fields(Match.MAX_HEADERS))
                .addAllQuery(fields(Match.MAX_QUERY))
                .build();
    }

    private static List<FieldMatch> fields(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> FieldMatch.newBuilder().setName("x-" + i).build())
                .toList();
    }

    private static RouteRule largestRule() {
        FieldChange change = FieldChange.newBuilder()
                .setKind(FieldChange.Kind.SET)
                .setName("x-a")
                .setValue("b")
                .build();
        RouteChanges changes = RouteChanges.newBuilder()
                .addAllRequest(Collections.nCopies(3 * HeadChanges.MAX_FIELDS, change))
                .addAllResponse(Collections.nCopies(3 * HeadChanges.MAX_FIELDS, change))
                .build();
        RouteBackend backend = RouteBackend.newBuilder()
                .setService("shop/api")
                .setAddress("10.0.0.1:80")
                .setWeight(Backend.MAX_WEIGHT)
                .setChanges(changes)
                .build();
        RouteMirror mirror = RouteMirror.newBuilder()
                .setBackend(backend)
                .setShareMillionths(Mirror.ALL)
                .build();
        RouteRetry retry = RouteRetry.newBuilder()
                .addAllStatuses(IntStream.range(Retry.MIN_STATUS, Retry.MIN_STATUS + Retry.MAX_STATUSES)
                        .boxed()
                        .toList())
                .setAttempts(Retry.MAX_ATTEMPTS)
                .setBackoffMillis((int) Retry.MAX_BACKOFF.toMillis())
                .build();
        return RouteRule.newBuilder()
                .setName("HTTPRoute shop/api rule 1")
                .setChanges(changes)
                .addAllBackends(Collections.nCopies(Rule.MAX_BACKENDS, backend))
                .addAllMirrors(Collections.nCopies(Rule.MAX_FILTERS, mirror))
                .setRequestTimeoutMillis((int) Timeouts.MAX.toMillis())
                .setBackendTimeoutMillis((int) Timeouts.MAX.toMillis())
                .setRetry(retry)
                .build();
    }

    private static Optional<String> tried(List<Match> matches, HttpRequest request) {
        RequestFields fields = new RequestFields(request);
        for (int i = 0; i < matches.size(); i++) {
            if (matches.get(i).unmet(fields).isEmpty()) {
                return Optional.of("rule " + i);
            }
        }
        return Optional.empty();
    }

    private static Match match(Random random) {
        String path = one(random, PATHS);
        PathMatch where = switch (random.nextInt(4)) {
            case 0 -> new PathMatch.Any();
            case 1 -> new PathMatch.Exact(path);
            case 2 -> new PathMatch.Prefix(path);
            default -> new PathMatch.GrpcMethod("M");
        };
        return new Match(
                where,
                random.nextInt(3) == 0 ? "GET" : null,
                random.nextInt(3) == 0 ? List.of(new Match.Field("x", "yes")) : List.of(),
                random.nextInt(3) == 0 ? List.of(new Match.Field("k", "v")) : List.of());
    }

    private static RouteMatch message(Match match, int rule) {
        RouteMatch.Builder message = RouteMatch.newBuilder().setRule(rule);
        switch (match.path()) {
            case PathMatch.Any _ -> {}
            case PathMatch.Exact(String path) -> message.setExactPath(path);
            case PathMatch.Prefix(String path) -> message.setPathPrefix(path);
            case PathMatch.GrpcMethod(String name) -> message.setGrpcMethod(name);
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

    private static HttpRequest request(Random random, String target) throws UnacceptablePathException {
        boolean header = random.nextBoolean();
        return new HttpRequest(
                random.nextBoolean() ? "GET" : "POST",
                RequestPath.normalize(target),
                "api.shop",
                name -> switch (name) {
                    case RequestFields.TARGET -> List.of(target);
                    case "x" -> header ? List.of("yes") : List.of();
                    default -> List.of();
                },
                false);
    }

    private static String one(Random random, List<String> all) {
        return all.get(random.nextInt(all.size()));
    }
}
