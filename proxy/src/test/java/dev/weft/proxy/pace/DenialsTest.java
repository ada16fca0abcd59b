package dev.weft.proxy.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Outcome;
import dev.weft.policy.decide.Peer;
import dev.weft.proxy.session.Refusal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DenialsTest {
    private static final int ALL = RefusalPace.JUDGED + RefusalPace.REPEATED;

    private final AtomicLong now = new AtomicLong();
    private final DenialPaces paces = new DenialPaces(now::get);
    private final List<String> hits = new ArrayList<>();
    private final List<Refusal> ends = new ArrayList<>();

    private static Decision denied(Code code) {
        return new Decision(Outcome.DENY, code, "shop/no", "no", List.of());
    }

    private static Peer web(@Nullable String address) {
        return new Peer(
                SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web"),
                InetAddress.ofLiteral(address == null ? "10.0.0.1" : address));
    }

    private Denials of(Peer peer) {
        return new Denials(paces, peer, hits::add, ends::add);
    }

    private static int logged(Denials denials, Decision decision, int times) {
        int logged = 0;
        for (int i = 0; i < times; i++) {
            logged += denials.logs(decision) ? 1 : 0;
        }
        return logged;
    }

    @Test
    void aFewAreLoggedAndTheRestCounted() {
        Denials denials = of(web(null));
        assertThat(logged(denials, denied(Code.DENIED), 2000)).isEqualTo(RefusalPace.JUDGED);
        assertThat(hits).hasSize(2000 - RefusalPace.JUDGED).containsOnly(Denials.LIMIT);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(logged(denials, denied(Code.DENIED), 2000)).isEqualTo(RefusalPace.JUDGED_PER_SECOND);
        assertThat(ends).isEmpty();
    }

    @Test
    void whatIsAllowedIsLoggedWhateverWasDenied() {
        Denials denials = of(web(null));
        logged(denials, denied(Code.DENIED), 2000);
        Decision allowed = new Decision(Outcome.ALLOW, Code.ALLOWED, "shop/yes", "yes", List.of());
        assertThat(logged(denials, allowed, 2000)).isEqualTo(2000);
    }

    @Test
    void manyMoreEndTheConnectionOnce() {
        Denials denials = of(web(null));
        logged(denials, denied(Code.NOT_ALLOWED), ALL);
        assertThat(ends).isEmpty();
        logged(denials, denied(Code.NOT_ALLOWED), 100);
        assertThat(ends).hasSize(1);
        assertThat(ends.getFirst().code()).isEqualTo("WEFT-H021");
    }

    @Test
    void anotherConnectionDoesNotBeginAgainAndAnotherCallerDoes() {
        logged(of(web("10.0.0.1")), denied(Code.DENIED), ALL);
        assertThat(logged(of(web("10.0.0.2")), denied(Code.DENIED), 1)).isZero();
        assertThat(ends).hasSize(1);
        Peer api = new Peer(SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/api"), InetAddress.ofLiteral("10.0.0.1"));
        assertThat(logged(of(api), denied(Code.DENIED), 1)).isOne();
    }

    @Test
    void withoutAnIdentityTheNetworkCounts() {
        logged(of(new Peer(null, InetAddress.ofLiteral("fd00::1"))), denied(Code.DENIED), ALL);
        assertThat(logged(of(new Peer(null, InetAddress.ofLiteral("fd00::2"))), denied(Code.DENIED), 1))
                .isZero();
        assertThat(logged(of(new Peer(null, InetAddress.ofLiteral("fd00:0:0:1::1"))), denied(Code.DENIED), 1))
                .isOne();
    }

    @Test
    void aRateLimitNeverEndsTheConnectionAndOneOnRequestsAtOnceDoesNotCount() {
        Denials denials = of(web(null));
        assertThat(logged(denials, denied(Code.OVERLOADED), 2 * ALL)).isEqualTo(2 * ALL);
        assertThat(logged(denials, denied(Code.TOO_MANY_REQUESTS), 2 * ALL)).isEqualTo(RefusalPace.JUDGED);
        assertThat(ends).isEmpty();
    }
}
