package dev.weft.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.LimitRule.Scope;
import dev.weft.policy.limit.LimitRule.Unit;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.model.Source;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RateLimiterTest {

    private static final CompiledPolicies POLICIES = CompiledPolicies.compile(
            TrustDomain.parse("cluster.local"), PolicySet.of(DefaultDecision.AUTHENTICATED, List.of()));
    private static final int PORT = 8080;

    /** Shortly before {@link System#nanoTime} overflows, which it may. */
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);

    private final RateLimiter limiter = new RateLimiter(now::get);

    private static LimitRule rule(int perSecond, int burst, Scope scope, Source... from) {
        return new LimitRule(List.of(from), Unit.REQUESTS, perSecond, burst, scope);
    }

    private static List<RateLimit> limits(LimitRule... rules) {
        return List.of(new RateLimit("shop", "api", Set.of(PORT), List.of(rules)));
    }

    private static @Nullable SpiffeId identity(String name) {
        return name.isEmpty() ? null : SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/" + name);
    }

    private CallerLimits of(List<RateLimit> limits, String name) {
        return of(limits, name, PORT);
    }

    private CallerLimits of(List<RateLimit> limits, String name, int port) {
        Peer peer = new Peer(identity(name), InetAddress.getLoopbackAddress());
        return limiter.of(limits, Unit.REQUESTS, POLICIES, peer, port);
    }

    /** How many pass until the first that does not, 10,000 at most. */
    private int passing(CallerLimits limits) {
        return (int) IntStream.range(0, 10_000)
                .takeWhile(_ -> limits.take(now.get()) == null)
                .count();
    }

    private void after(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void aBurstPassesAndThenSoManyASecond() {
        CallerLimits limits = of(limits(rule(10, 25, Scope.IDENTITY)), "web");
        assertThat(passing(limits)).isEqualTo(25);
        after(Duration.ofMillis(99));
        assertThat(passing(limits)).isZero();
        after(Duration.ofMillis(1));
        assertThat(passing(limits)).isEqualTo(1);
        after(Duration.ofSeconds(1));
        assertThat(passing(limits)).isEqualTo(10);
        after(Duration.ofHours(1));
        assertThat(passing(limits)).isEqualTo(25);
    }

    @Test
    void eachIdentityHasItsOwnAndCallersWithoutOneShareOne() {
        List<RateLimit> limits = limits(rule(1, 3, Scope.IDENTITY));
        assertThat(passing(of(limits, "web"))).isEqualTo(3);
        assertThat(passing(of(limits, "shop"))).isEqualTo(3);
        assertThat(passing(of(limits, "web"))).as("another session of the same").isZero();
        assertThat(passing(of(limits, ""))).isEqualTo(3);
        assertThat(passing(of(limits, ""))).isZero();
    }

    @Test
    void aLimitOfAllIsSharedByThoseThatMatch() {
        List<RateLimit> limits = limits(rule(1, 3, Scope.ALL, Source.of(new Condition.Authenticated())));
        assertThat(passing(of(limits, "web"))).isEqualTo(3);
        assertThat(passing(of(limits, "shop"))).isZero();
        assertThat(of(limits, "").isEmpty()).as("no identity, no limit").isTrue();
        assertThat(of(limits, "web", PORT + 1).isEmpty()).as("another port").isTrue();
    }

    @Test
    void eachLimitThatMatchesHoldsAndSaysWhichItWas() {
        CallerLimits limits = of(limits(rule(100, 100, Scope.IDENTITY), rule(1, 2, Scope.ALL)), "web");
        assertThat(passing(limits)).isEqualTo(2);
        Decision exceeded = Objects.requireNonNull(limits.take(now.get()));
        assertThat(exceeded.code()).isEqualTo(Code.TOO_MANY_REQUESTS);
        assertThat(exceeded.policy()).isEqualTo("shop/api");
        assertThat(exceeded.reason())
                .isEqualTo("shop/api lets all callers together make 1 request a second: wait a second");
    }

    @Test
    void aChangeOfLimitsLetsNobodyInAnew() {
        assertThat(passing(of(limits(rule(1, 50, Scope.IDENTITY)), "web"))).isEqualTo(50);
        List<RateLimit> changed = limits(rule(10, 50, Scope.IDENTITY));
        limiter.update(changed);
        assertThat(passing(of(changed, "web"))).isZero();
        after(Duration.ofMillis(100));
        assertThat(passing(of(changed, "web")))
                .as("of the new rate, whatever the former one owed")
                .isEqualTo(1);
        limiter.update(List.of());
        assertThat(passing(of(changed, "web"))).as("they were gone in between").isEqualTo(50);
    }

    @Test
    void aChangeOfLimitsReachesRequestsThatWait() throws Exception {
        EventLoop loop = new DefaultEventLoop();
        try {
            LimitRule.Waiting waiting = new LimitRule.Waiting(10, Duration.ofMinutes(1));
            List<RateLimit> one = limits(new LimitRule(List.of(), Unit.AT_ONCE, 1, 1, Scope.ALL, waiting));
            Peer peer = new Peer(identity("web"), InetAddress.getLoopbackAddress());
            ConcurrencyLimits load = limiter.load(one, POLICIES, peer, PORT);
            assertThat(load.begin()).isNull();
            assertThat(load.begin()).isNotNull();
            CompletableFuture<Boolean> begun = new CompletableFuture<>();
            assertThat(load.await(loop, exceeded -> begun.complete(exceeded == null)))
                    .isNotNull();
            limiter.update(limits(new LimitRule(List.of(), Unit.AT_ONCE, 20, 20, Scope.ALL, waiting)));
            assertThat(begun.get(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void identitiesBeyondTheTableShareOneAndIdleOnesMakeRoom() {
        List<RateLimit> limits = limits(rule(1, 2, Scope.IDENTITY));
        CallerLimits first = of(limits, "n0");
        for (int i = 0; i < Buckets.MAX_CALLERS; i++) {
            assertThat(of(limits, "n" + i).take(now.get())).isNull();
        }
        assertThat(passing(of(limits, "a"))).isEqualTo(2);
        assertThat(passing(of(limits, "b"))).as("shares it with a").isZero();
        after(Duration.ofSeconds(5));
        assertThat(passing(of(limits, "c"))).isEqualTo(2);
        assertThat(passing(of(limits, "d"))).as("has its own").isEqualTo(2);
        assertThat(passing(of(limits, "n0"))).isEqualTo(2);
        assertThat(passing(first)).as("an older session of n0 has the same").isZero();
    }
}
