package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.FieldMatch;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteMatch;
import dev.weft.api.v1.RouteRule;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.Match.PathMatch;
import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.request.RequestFields;
import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import dev.weft.proxy.route.RequestTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
