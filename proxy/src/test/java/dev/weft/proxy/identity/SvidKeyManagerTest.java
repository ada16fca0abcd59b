package dev.weft.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.trust.TrustBundles;
import dev.weft.testing.Waiting;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SvidKeyManagerTest {
    private static final int RENEWALS = 20;
    /** The event loop's time that one renewal may take: a tenth of what a key store with a password costs. */
    private static final Duration LOOP_TIME = Duration.ofMillis(2);

    private final TestCredentials authority = new TestCredentials("cluster.local", Clock.systemUTC());
    private final TrustBundles trusted = TrustBundles.of(authority.bundle());
    private final Credentials issued = authority.issue("api", Duration.ofHours(1), trusted);

    @AfterEach
    void close() {
        authority.close();
    }

    @Test
    void presentsTheSvidAndNothingElse() {
        X509ExtendedKeyManager manager =
                (X509ExtendedKeyManager) SvidKeyManager.factory(issued.svid()).getKeyManagers()[0];
        String alias = manager.chooseEngineServerAlias("EC", null, null);
        assertThat(manager.chooseEngineClientAlias(new String[] {"RSA"}, null, null))
                .isEqualTo(alias);
        assertThat(manager.getCertificateChain(alias))
                .containsExactlyElementsOf(issued.svid().chain());
        assertThat(manager.getPrivateKey(alias)).isEqualTo(issued.svid().key());
        assertThat(manager.getPrivateKey("other")).isNull();
        assertThat(manager.getCertificateChain("other")).isNull();
    }

    /** New credentials are put in force on the event loop that carries the workload's connections. */
    @Test
    void makingCredentialsTakesLittleOfTheEventLoop() throws Exception {
        TlsContexts contexts = new TlsContexts(trusted, Clock.systemUTC());
        make(contexts); // what is loaded once
        // A machine that is busy with other things makes some rounds dearer, and none cheaper.
        Waiting.until(
                "it costs less than " + LOOP_TIME, () -> costOfOne(contexts).compareTo(LOOP_TIME) < 0);
        assertThat(contexts.live()).isZero();
    }

    private Duration costOfOne(TlsContexts contexts) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < RENEWALS; i++) {
            make(contexts);
        }
        return Duration.ofNanos((threads.getCurrentThreadCpuTime() - before) / RENEWALS);
    }

    private void make(TlsContexts contexts) throws Exception {
        RetiredCredentials.release(contexts.credentials(issued.svid()));
    }
}
