package dev.weft.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.Source;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ConcurrentRequestsTest {
    private static final EventLoop LOOP = new DefaultEventLoop();

    private final ConcurrentRequests counted = new ConcurrentRequests();

    @AfterAll
    static void stop() {
        LOOP.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static LimitRule rule(int most, LimitRule.Scope scope) {
        return new LimitRule(List.of(), LimitRule.Unit.AT_ONCE, most, most, scope);
    }

    private static Optional<SpiffeId> caller(int number) {
        return Optional.of(SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/c" + number));
    }

    private int fill(Optional<SpiffeId> caller, LimitRule rule) {
        int begun = 0;
        while (counted.begin(caller, rule)) {
            begun++;
        }
        return begun;
    }

    @Test
    void noCallerFillsWhatIsForAll() {
        LimitRule rule = rule(100, LimitRule.Scope.ALL);
        assertThat(fill(caller(1), rule)).as("four fifths").isEqualTo(80);
        assertThat(fill(caller(2), rule)).as("of the rest").isEqualTo(16);
        assertThat(counted.begin(Optional.empty(), rule))
                .as("without an identity, too")
                .isTrue();
        for (int i = 0; i < 40; i++) {
            counted.end(caller(1));
        }
        assertThat(counted.begin(caller(1), rule))
                .as("it has as many as the others may have")
                .isTrue();
        assertThat(fill(caller(2), rule)).isGreaterThan(10);
    }

    @Test
    void aLimitOfOneTakesOne() {
        LimitRule rule = rule(1, LimitRule.Scope.ALL);
        assertThat(counted.begin(caller(1), rule)).isTrue();
        assertThat(counted.begin(caller(1), rule)).isFalse();
        assertThat(counted.begin(caller(2), rule)).isFalse();
        counted.end(caller(1));
        assertThat(counted.begin(caller(2), rule)).isTrue();
    }

    @Test
    void eachIdentityHasALimitForItself() {
        LimitRule rule = rule(3, LimitRule.Scope.IDENTITY);
        assertThat(fill(caller(1), rule)).isEqualTo(3);
        assertThat(fill(caller(2), rule)).isEqualTo(3);
        assertThat(fill(Optional.empty(), rule)).isEqualTo(3);
        assertThat(counted.all()).isEqualTo(9);
    }

    private static final LimitRule QUEUED = new LimitRule(
            List.of(),
            LimitRule.Unit.AT_ONCE,
            2,
            2,
            LimitRule.Scope.ALL,
            new LimitRule.Waiting(10, Duration.ofSeconds(1)));

    private ConcurrentRequests.Waiter waiter(int caller, LimitRule rule) {
        return new ConcurrentRequests.Waiter(caller(caller), rule, LOOP, () -> {});
    }

    @Test
    void whoWaitsGetsThePlaceOfOneThatEndsInOrder() {
        assertThat(fill(caller(1), QUEUED) + fill(caller(2), QUEUED)).isEqualTo(2);
        ConcurrentRequests.Waiter first = waiter(3, QUEUED);
        ConcurrentRequests.Waiter second = waiter(4, QUEUED);
        assertThat(counted.await(first)).isTrue();
        assertThat(counted.await(second)).isTrue();
        assertThat(counted.take(first)).as("not yet").isFalse();
        counted.end(caller(1));
        assertThat(counted.take(second)).as("it is not the first").isFalse();
        assertThat(counted.take(first)).isTrue();
        assertThat(counted.all()).isEqualTo(2);
        assertThat(counted.leave(second)).isTrue();
        counted.end(caller(3));
        assertThat(counted.all()).as("who has left gets nothing").isEqualTo(1);
    }

    @Test
    void whoLeavesWithAPlaceMakesRoomForTheNext() {
        assertThat(fill(caller(1), QUEUED) + fill(caller(2), QUEUED)).isEqualTo(2);
        ConcurrentRequests.Waiter first = waiter(3, QUEUED);
        ConcurrentRequests.Waiter second = waiter(4, QUEUED);
        assertThat(counted.await(first)).isTrue();
        assertThat(counted.await(second)).isTrue();
        counted.end(caller(1));
        assertThat(counted.leave(first)).as("it had a place by then").isFalse();
        assertThat(counted.take(second)).isTrue();
        assertThat(counted.all()).isEqualTo(2);
    }

    @Test
    void whoHasAPlaceByTheEndOfItsTimeKeepsIt() {
        assertThat(fill(caller(1), QUEUED) + fill(caller(2), QUEUED)).isEqualTo(2);
        ConcurrentRequests.Waiter first = waiter(3, QUEUED);
        ConcurrentRequests.Waiter second = waiter(4, QUEUED);
        assertThat(counted.await(first)).isTrue();
        assertThat(counted.await(second)).isTrue();
        counted.end(caller(1));
        assertThat(counted.expire(first)).as("it is told of its place").isFalse();
        assertThat(counted.take(first)).isTrue();
        assertThat(counted.expire(second)).isTrue();
        assertThat(counted.take(second)).isFalse();
        assertThat(counted.waiting()).isZero();
    }

    @Test
    void whoWaitsGoesByTheLimitThatIsInForceNow() {
        assertThat(fill(caller(1), QUEUED) + fill(caller(2), QUEUED)).isEqualTo(2);
        ConcurrentRequests.Waiter first = waiter(3, QUEUED);
        ConcurrentRequests.Waiter second = waiter(4, QUEUED);
        assertThat(counted.await(first)).isTrue();
        assertThat(counted.await(second)).isTrue();
        counted.change(rule(1, LimitRule.Scope.ALL));
        counted.end(caller(1));
        assertThat(counted.take(first))
                .as("one is still open, as many as may be")
                .isFalse();
        counted.change(rule(2, LimitRule.Scope.ALL));
        assertThat(counted.take(first)).as("a raised limit places it at once").isTrue();
        assertThat(counted.take(second)).isFalse();
        counted.change(null);
        assertThat(counted.take(second)).as("there is no limit any more").isTrue();
        assertThat(counted.all()).isEqualTo(3);
        assertThat(counted.waiting()).isZero();
    }

    @Test
    void whoWaitsIsNotHeldToALimitOnOtherCallers() {
        assertThat(fill(caller(1), QUEUED) + fill(caller(2), QUEUED)).isEqualTo(2);
        ConcurrentRequests.Waiter waiter = waiter(3, QUEUED);
        assertThat(counted.await(waiter)).isTrue();
        counted.change(new LimitRule(
                List.of(Source.of(new Condition.InNamespace("batch"))),
                LimitRule.Unit.AT_ONCE,
                1,
                1,
                LimitRule.Scope.ALL));
        assertThat(counted.take(waiter)).isTrue();
    }

    @Test
    void noCallerFillsTheQueue() {
        assertThat(fill(caller(1), QUEUED) + fill(caller(2), QUEUED)).isEqualTo(2);
        int waiting = 0;
        while (counted.await(waiter(1, QUEUED))) {
            waiting++;
        }
        assertThat(waiting).isEqualTo(8);
        assertThat(counted.await(waiter(2, QUEUED))).isTrue();
        assertThat(counted.await(waiter(9, rule(2, LimitRule.Scope.ALL))))
                .as("where none may wait")
                .isFalse();
    }

    @Test
    void thereAreNeverMoreThanTheLimitAndNothingStaysBehind() {
        Random random = new Random(3);
        LimitRule rule = rule(20, LimitRule.Scope.ALL);
        Map<Integer, Integer> open = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            int who = random.nextInt(6);
            if (random.nextBoolean()) {
                if (counted.begin(caller(who), rule)) {
                    open.merge(who, 1, Integer::sum);
                }
            } else if (open.getOrDefault(who, 0) > 0) {
                counted.end(caller(who));
                open.merge(who, -1, Integer::sum);
            }
            int sum = open.values().stream().mapToInt(Integer::intValue).sum();
            assertThat(counted.all()).isEqualTo(sum).isLessThanOrEqualTo(20);
        }
        open.forEach((who, many) -> {
            for (int i = many; i > 0; i--) {
                counted.end(caller(who));
            }
        });
        assertThat(counted.all()).isZero();
        assertThat(fill(caller(9), rule)).isEqualTo(16);
    }
}
