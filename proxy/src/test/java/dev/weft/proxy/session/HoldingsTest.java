package dev.weft.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.SpiffeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HoldingsTest {
    private static final long MOST = 800;

    private final Holdings holdings = new Holdings(MOST);
    private final List<String> broken = new ArrayList<>();

    /** A session, or a tunnel that takes its sessions with it when it is broken off. */
    private final class One implements Holder {
        private final String name;
        private final SpiffeId peer;
        private final List<One> sessions;
        private long held;
        private long noted;

        One(String name, String account, One... sessions) {
            this.name = name;
            this.peer = SpiffeId.parse("spiffe://weft.test/ns/shop/sa/" + account);
            this.sessions = List.of(sessions);
        }

        One noted(long bytes) {
            held = bytes;
            holdings.note(this, bytes);
            return this;
        }

        @Override
        public @Nullable SpiffeId peer() {
            return peer;
        }

        @Override
        public long held() {
            return held;
        }

        @Override
        public long noted() {
            return noted;
        }

        @Override
        public void setNoted(long bytes) {
            noted = bytes;
        }

        @Override
        public void abort(Refusal refusal) {
            broken.add(name);
            held = 0;
            sessions.forEach(session -> session.noted(0));
        }
    }

    @Test
    void nothingIsBrokenOffBelowTheBound() {
        new One("a", "web").noted(MOST);
        assertThat(broken).isEmpty();
        assertThat(holdings.total()).isEqualTo(MOST);
    }

    @Test
    void thePeerThatHoldsMostInTotalPaysWithItsLargestFirst() {
        new One("large", "web").noted(300);
        new One("small", "mallory").noted(200);
        new One("larger", "mallory").noted(250);
        new One("last", "web").noted(60);
        assertThat(broken).containsExactly("larger");
    }

    @Test
    void whatHasBeenReadMeanwhileIsNotCounted() {
        One read = new One("read", "web").noted(500);
        read.held = 0;
        new One("other", "api").noted(400);
        assertThat(broken).isEmpty();
        assertThat(holdings.total()).isEqualTo(400);
    }

    /** Mallory holds little once its tunnel has gone with its sessions: it is another peer's turn. */
    @Test
    void whatATunnelTakesWithItCountsNoMoreForItsPeer() {
        One[] sessions = new One[6];
        for (int i = 0; i < sessions.length; i++) {
            sessions[i] = new One("session", "mallory").noted(55);
        }
        new One("tunnel", "mallory", sessions).noted(60);
        new One("little", "mallory").noted(1);
        new One("of web", "web").noted(320);
        new One("of api", "api").noted(89);
        assertThat(broken).isEmpty();
        new One("of db", "db").noted(330);
        assertThat(broken).containsExactly("tunnel", "of db");
        assertThat(holdings.total()).isEqualTo(1 + 320 + 89);
    }
}
