package dev.weft.kubernetes.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.MemoryStore;
import dev.weft.control.lead.Leadership;
import dev.weft.identity.keys.Pem;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.testing.SettableClock;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WebhookTrustTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final CertificateTimings PACE = CertificateTimings.of(Duration.ofDays(360));

    private final SettableClock clock = new SettableClock(NOW);
    private final MemoryStore store = new MemoryStore();
    private final Leading leads = new Leading(true);
    private final Leading follows = new Leading(false);
    private final List<String> published = new ArrayList<>();
    private boolean configured = true;

    private record Leading(boolean leads) implements Leadership {
        @Override
        public Optional<String> leader() {
            return Optional.empty();
        }

        @Override
        public void onChange(Runnable listener) {}
    }

    private WebhookTrust trust(Leadership leadership) {
        WebhookTrust.Bundle bundle = certificates -> {
            if (configured) {
                published.add(certificates);
            }
            return configured;
        };
        return new WebhookTrust(store, leadership, bundle, PACE, clock);
    }

    private static X509Certificate leaf(WebhookTrust trust) {
        return trust.certificate().chain().getFirst();
    }

    private void verify(WebhookTrust trust, Instant at) throws Exception {
        verify(trust);
        X509Certificate leaf = leaf(trust);
        assertThat(Pem.decodeCertificates(published.getLast()))
                .filteredOn(each -> each.getSubjectX500Principal().equals(leaf.getIssuerX500Principal()))
                .allSatisfy(authority -> authority.checkValidity(Date.from(at)));
    }

    private void verify(WebhookTrust trust) throws Exception {
        List<X509Certificate> bundle = Pem.decodeCertificates(published.getLast());
        X509Certificate leaf = leaf(trust);
        X509Certificate signer = bundle.stream()
                .filter(authority -> authority.getSubjectX500Principal().equals(leaf.getIssuerX500Principal()))
                .findFirst()
                .orElseThrow();
        leaf.verify(signer.getPublicKey());
    }

    @Test
    void everyReplicaHasACertificateOfTheOneAuthorityWhoeverComesFirst() throws Exception {
        WebhookTrust follower = trust(follows);
        assertThat(follower.problems()).containsExactly("the webhook has no certificate yet");
        follower.keep();
        WebhookTrust leader = trust(leads);
        leader.keep();
        verify(follower);
        verify(leader);
        assertThat(leaf(follower)).isNotEqualTo(leaf(leader));
        assertThat(follower.problems()).isEmpty();
        assertThat(follower.authorityEnd()).isEqualTo(leader.authorityEnd()).isPresent();
    }

    @Test
    void onlyTheLeaderPublishes() throws Exception {
        trust(follows).keep();
        assertThat(published).isEmpty();
    }

    @Test
    void theCertificateIsRenewedAtHalfOfItsLife() throws Exception {
        WebhookTrust trust = trust(leads);
        trust.keep();
        X509Certificate first = leaf(trust);
        clock.set(NOW.plus(PACE.leaf().dividedBy(2)).minusSeconds(60));
        trust.keep();
        assertThat(leaf(trust)).isEqualTo(first);
        clock.set(NOW.plus(PACE.leaf().dividedBy(2)));
        trust.keep();
        assertThat(leaf(trust)).isNotEqualTo(first);
        verify(trust);
    }

    @Test
    void aReplicaThatCannotRenewSaysSo() throws Exception {
        WebhookTrust trust = trust(follows);
        trust.keep();
        clock.set(NOW.plus(PACE.leaf()));
        assertThat(trust.problems()).singleElement().asString().startsWith("the webhook's certificate ended at ");
    }

    @Test
    void whatWasMadeWhileTheClockRanAheadIsMadeAgain() throws Exception {
        WebhookTrust leader = trust(leads);
        WebhookTrust follower = trust(follows);
        clock.set(NOW.plus(Duration.ofHours(6)));
        leader.keep();
        follower.keep();
        X509Certificate ahead = leaf(leader);

        clock.set(NOW);
        assertThat(leader.problems())
                .singleElement()
                .asString()
                .startsWith("the webhook's certificate is not valid before 2026-03-01T1");
        follower.keep();
        assertThat(follower.problems()).as("its authority has not begun").hasSize(1);
        leader.keep();
        follower.keep();
        for (WebhookTrust replica : List.of(leader, follower)) {
            assertThat(replica.problems()).isEmpty();
            assertThat(leaf(replica)).isNotEqualTo(ahead);
            leaf(replica).checkValidity(Date.from(NOW));
            verify(replica, NOW);
        }
        String bundle = published.getLast();
        leader.keep();
        assertThat(published.getLast()).as("no further authority is made").isEqualTo(bundle);
    }

    @Test
    void aCertificateMadeWhileTheClockRanAheadIsMadeAgainUnderTheSameAuthority() throws Exception {
        WebhookTrust leader = trust(leads);
        leader.keep();
        String bundle = published.getLast();
        clock.set(NOW.plus(Duration.ofHours(20)));
        leader.keep();
        X509Certificate ahead = leaf(leader);
        clock.set(NOW.plus(Duration.ofHours(1)));
        assertThat(leader.problems()).hasSize(1);
        leader.keep();
        assertThat(leader.problems()).isEmpty();
        assertThat(leaf(leader)).isNotEqualTo(ahead);
        assertThat(published.getLast()).isEqualTo(bundle);
    }

    @Test
    void atEachMomentOfARollOverWhatIsShownIsOfWhatIsPublished() throws Exception {
        WebhookTrust leader = trust(leads);
        WebhookTrust follower = trust(follows);
        leader.keep();
        X509Certificate former = Pem.decodeCertificates(published.getLast()).getFirst();
        int most = 0;
        for (int hour = 239 * 24; hour < 246 * 24; hour++) {
            clock.set(NOW.plus(Duration.ofHours(hour)));
            leader.keep();
            follower.keep();
            verify(leader);
            verify(follower);
            most = Math.max(most, Pem.decodeCertificates(published.getLast()).size());
        }
        assertThat(most).isEqualTo(2);
        assertThat(Pem.decodeCertificates(published.getLast())).hasSize(1).doesNotContain(former);
    }

    @Test
    void anAuthorityThatNoConfigurationHasDoesNotSign() throws Exception {
        WebhookTrust leader = trust(leads);
        leader.keep();
        X509Certificate former = Pem.decodeCertificates(published.getLast()).getFirst();
        configured = false;
        clock.set(NOW.plus(Duration.ofDays(241)));
        leader.keep();
        clock.set(NOW.plus(Duration.ofDays(300)));
        leader.keep();
        leaf(leader).verify(former.getPublicKey());
        configured = true;
        leader.keep();
        clock.set(NOW.plus(Duration.ofDays(301)));
        leader.keep();
        verify(leader);
        assertThat(leaf(leader).getIssuerX500Principal()).isNotEqualTo(former.getSubjectX500Principal());
    }

    @Test
    void whatIsDeletedOrDamagedIsMadeAgainByTheLeader() throws Exception {
        WebhookTrust leader = trust(leads);
        WebhookTrust follower = trust(follows);
        leader.keep();
        follower.keep();
        X509Certificate before = leaf(follower);
        Entry entry = store.entry(
                WebhookTrust.ENTRY, Store.EntryOptions.secret(64 * 1024).optional());
        assertThat(entry.compareAndSet(entry.read().orElseThrow().version(), "{"))
                .isPresent();

        assertThatThrownBy(follower::keep)
                .isInstanceOf(StateException.class)
                .hasMessageContaining("is damaged", "the leading replica creates another");
        assertThat(leaf(follower)).isEqualTo(before);
        leader.keep();
        follower.keep();
        verify(follower);
        assertThat(leaf(follower)).isNotEqualTo(before);

        entry.discard();
        follower.keep();
        leader.keep();
        verify(follower);
        verify(leader);
    }
}
