package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rate limits in a file: each wrong shape says what to write, and is not in force. */
final class RateLimitReaderTest {

    private static Parsed parse(String spec) {
        return RegistryFiles.parse(Path.of("shop.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: RateLimit
                metadata: {name: api, namespace: shop}
                spec:
                """ + spec.indent(2));
    }

    @Test
    void readsEveryFieldAndWhatIsLeftOut() {
        Parsed parsed = parse("""
                workloads: {matchLabels: {app: api}}
                ports: [8080]
                limits:
                - requestsPerSecond: 50
                - {from: [{namespace: play}], connectionsPerSecond: 5, burst: 20, per: all}
                - {requestsAtOnce: 40, per: all}
                - {requestsAtOnce: 5, waiting: 3, wait: 250ms}
                - {requestsAtOnce: 6, waiting: 4}
                """);
        assertThat(parsed.errors()).isEmpty();
        assertThat(parsed.objects().rateLimits().get(new ObjectName("shop", "api")))
                .isEqualTo(new SelectingRateLimit(
                        new RateLimit(
                                "shop",
                                "api",
                                Set.of(8080),
                                List.of(
                                        new LimitRule(
                                                List.of(), LimitRule.Unit.REQUESTS, 50, 50, LimitRule.Scope.IDENTITY),
                                        new LimitRule(
                                                List.of(Source.of(new Condition.InNamespace("play"))),
                                                LimitRule.Unit.CONNECTIONS,
                                                5,
                                                20,
                                                LimitRule.Scope.ALL),
                                        new LimitRule(List.of(), LimitRule.Unit.AT_ONCE, 40, 40, LimitRule.Scope.ALL),
                                        waiting(5, 3, Duration.ofMillis(250)),
                                        waiting(6, 4, Duration.ofSeconds(1)))),
                        new LabelSelector(Map.of("app", "api"), List.of())));
    }

    private static LimitRule waiting(int atOnce, int most, Duration longest) {
        return new LimitRule(
                List.of(),
                LimitRule.Unit.AT_ONCE,
                atOnce,
                atOnce,
                LimitRule.Scope.IDENTITY,
                new LimitRule.Waiting(most, longest));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ports: [80]                                             | no usable limits",
                "limits: []                                              | no usable limits",
                "limits: [{}]                                            | no usable rate",
                "limits: [{burst: 5}]                                    | no usable rate",
                "limits: [{requestsPerSecond: 1, connectionsPerSecond: 1}] | no usable rate",
                "limits: [{requestsPerSecond: 1, requestsAtOnce: 1}]     | no usable rate",
                "limits: [{requestsPerSecond: 5, waiting: 6}]            | only with requestsAtOnce",
                "limits: [{requestsAtOnce: 5, waiting: 1001}]            | 1001 (expected: 1-1000)",
                "limits: [{requestsAtOnce: 5, wait: 1s}]                 | only with waiting",
                "limits: [{requestsAtOnce: 5, waiting: 1, wait: 0s}]     | more than 0s",
                "limits: [{requestsAtOnce: 5, waiting: 1, wait: 2m}]     | at most 1m",
                "limits: [{requestsAtOnce: 5, burst: 6}]                 | none with requestsAtOnce",
                "limits: [{requestsPerSecond: 0}]                        | 0 (expected: 1-1000000)",
                "limits: [{requestsPerSecond: 1000001}]                  | 1000001 (expected: 1-1000000)",
                "limits: [{requestsPerSecond: many}]                     | a number was expected",
                "limits: [{requestsPerSecond: 1, burst: 0}]              | 0 (expected: 1-1000000)",
                "limits: [{requestsPerSecond: 1, per: caller}]           | limits[0].per: caller",
                "limits: [{requestsPerSecond: 1, perMinute: 3}]          | unknown field perMinute",
                "limits: [{requestsPerSecond: 1, from: []}]              | nothing is in it",
                "limits: [{requestsPerSecond: 1, from: [{}]}]            | no usable condition",
                "limits: [{requestsPerSecond: 1, from: [{identity: x}]}] | limits[0].from[0].identity: x",
                "'{ports: [0], limits: [{requestsPerSecond: 1}]}'        | 0 (expected: 1-65535)",
                "'{action: Allow, limits: [{requestsPerSecond: 1}]}'     | unknown field action",
            })
    void saysWhatIsWrong(String spec, String problem) {
        assertThat(parse(spec).errors()).extracting(FileError::reason).anyMatch(reason -> reason.contains(problem));
    }

    @Test
    void thereAreNotTooManyLimits() {
        Parsed parsed = parse("limits:\n" + "- {requestsPerSecond: 1}\n".repeat(RateLimit.MAX_LIMITS + 1));
        assertThat(parsed.errors())
                .extracting(FileError::reason)
                .anyMatch(reason -> reason.contains("17 items (expected: at most 16)"));
        assertThat(parsed.objects().rateLimits()).isEmpty();
    }
}
