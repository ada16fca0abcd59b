package dev.weft.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.ControlTarget;
import dev.weft.testing.Waiting;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a certificate that cannot be renewed, or whose clock jumps; and to those that were. */
@Timeout(90)
class RenewalFailureTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private volatile Duration offset = Duration.ZERO;
    private FakeControlPlane control;
    private TlsContexts contexts;
    private IdentityManager manager;
    private Path token;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws Exception {
        control = new FakeControlPlane(group);
        contexts = new TlsContexts(control.bundles(), this::now);
        token = Files.writeString(directory.resolve("token"), "secret\n");
        control.tokens.add("secret");
        ControlClient client =
                new ControlClient(group.next(), new ControlTarget("127.0.0.1", control.port(), FakeControlPlane.ID, 0));
        manager = new IdentityManager(
                FakeControlPlane.WORKLOAD,
                new TokenFile(token, TokenFile.Kind.JOIN),
                client,
                contexts,
                this::now,
                () -> 0, // of what is drawn, the least: no test waits longer than it must
                fresh -> {});
    }

    @AfterEach
    void stop() throws Exception {
        manager.close();
        control.close();
        group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).sync();
    }

    private Instant now() {
        return Instant.now().plus(offset);
    }

    private void first() throws Exception {
        manager.start().get(30, TimeUnit.SECONDS);
    }

    @Test
    void saysEarlyWhatWillBreakAndRecoversByItself() throws Exception {
        first();
        control.goAway();
        manager.renewNow();
        Waiting.until("failures", () -> manager.health().failures() >= 2);
        assertThat(manager.usable()).isTrue();
        assertThat(manager.health().failingSince()).isBeforeOrEqualTo(now());
        assertThat(manager.health().warning(now()).orElseThrow())
                .contains("WEFT-D022: the certificate ends in 59 min")
                .contains("no certificate in ");
        control.comeBack();
        Waiting.until("recovered", () -> manager.health().failures() == 0);
        assertThat(manager.health().warning(now())).isEmpty();
        assertThat(manager.health().failingSince()).isNull();
        assertThat(manager.renewals()).isEqualTo(2);
    }

    @Test
    void recoversAfterBothCertificateAndTokenHaveEndedOnceThereIsAnotherToken() throws Exception {
        control.lifetime = Duration.ofMinutes(20);
        first();
        control.goAway();
        offset = Duration.ofMinutes(30);
        manager.clockJumped();
        Waiting.until("the end", () -> !manager.usable() && manager.health().failures() > 0);
        assertThat(manager.health().warning(now()).orElseThrow()).contains("the certificate ended at");
        control.comeBack(); // but the token in the file was used for the first certificate
        Waiting.until(
                "refused", () -> String.valueOf(manager.health().reason()).contains("token is not known, or used"));
        control.lifetime = Duration.ofHours(1);
        Files.writeString(token, "another\n");
        control.tokens.add("another");
        Waiting.until("a certificate again", () -> manager.usable());
        assertThat(manager.health().failures()).isZero();
        assertThat(control.proofs).contains("token").last().isEqualTo("token");
    }

    @Test
    void renewsAtOnceWhenTheClockWasSetForwardBeyondItsTime() throws Exception {
        first();
        offset = Duration.ofMinutes(50);
        manager.clockJumped();
        Waiting.until("renewed", () -> manager.renewals() == 2);
        assertThat(control.proofs).last().isEqualTo(FakeControlPlane.WORKLOAD.toString());
    }

    @Test
    void asksByTokenWhenItSleptBeyondItsCertificatesEnd() throws Exception {
        control.lifetime = Duration.ofMinutes(20);
        first();
        control.lifetime = Duration.ofHours(10);
        Files.writeString(token, "another\n");
        control.tokens.add("another");
        offset = Duration.ofMinutes(30);
        assertThat(manager.usable()).isFalse();
        manager.clockJumped();
        Waiting.until("renewed", () -> manager.renewals() == 2);
        assertThat(control.proofs).last().isEqualTo("token");
        assertThat(manager.usable()).isTrue();
    }

    @Test
    void doesNotPutARenewalOffWhenTheClockIsSetBack() throws Exception {
        control.lifetime = Duration.ofSeconds(3);
        first();
        offset = Duration.ofHours(-1); // by this clock the renewal is an hour away, by its peers' one second
        manager.clockJumped();
        Waiting.until(
                "an attempt", () -> manager.renewals() == 2 || manager.health().failures() > 0);
    }

    @Test
    void doesNothingWhenTheClockJumpsAndNothingIsDue() throws Exception {
        first();
        Instant due = manager.health().nextTry();
        offset = Duration.ofMinutes(5);
        manager.clockJumped();
        group.next().submit(() -> {}).sync();
        assertThat(manager.health().nextTry()).isEqualTo(due);
        assertThat(manager.renewals()).isEqualTo(1);
    }

    @Test
    void freesTheTlsContextsOfOldCertificates() throws Exception {
        first();
        // Two for each certificate: the present one and those that linger.
        int most = 2 * (1 + RetiredCredentials.MAX);
        for (int i = 1; i <= 2 * RetiredCredentials.MAX; i++) {
            int before = i;
            manager.renewNow();
            Waiting.until("renewed", () -> manager.renewals() > before);
        }
        Waiting.until("contexts freed", () -> contexts.live() <= most);
        manager.close();
        Waiting.until("contexts freed", () -> contexts.live() == 0);
    }

    @Test
    void asksByAnotherTokenWhenItsGoodCertificateIsRefused() throws Exception {
        first();
        control.refusesSvids = true;
        Files.writeString(token, "another\n");
        control.tokens.add("another");
        manager.renewNow();
        Waiting.until("renewed", () -> manager.renewals() == 2);
        assertThat(control.proofs).containsExactly("token", "token");
        assertThat(manager.usable()).isTrue();
    }

    @Test
    void showsAReusableTokenAgainAsOftenAsItsGoodCertificateIsRefused() throws Exception {
        control.reusableTokens = true;
        first();
        control.refusesSvids = true;
        for (int renewals = 2; renewals <= 3; renewals++) {
            int wanted = renewals;
            manager.renewNow();
            Waiting.until("renewed", () -> manager.renewals() == wanted);
        }
        assertThat(control.proofs).containsExactly("token", "token", "token");
        assertThat(manager.usable()).isTrue();
    }

    @Test
    void showsNoTokenAgainThatWasRefused() throws Exception {
        first();
        control.refusesSvids = true;
        control.tokens.clear();
        Files.writeString(token, "unknown\n");
        manager.renewNow();
        Waiting.until("failures", () -> manager.health().failures() >= 3);
        assertThat(control.refused).containsOnlyOnce("unknown").doesNotContain("secret");
        control.refusesSvids = false;
        Waiting.until("recovered", () -> manager.health().failures() == 0);
        assertThat(control.proofs).last().isEqualTo(FakeControlPlane.WORKLOAD.toString());
    }

    @Test
    void leavesAControlPlaneAloneForAsLongAsItAsks() throws Exception {
        first();
        control.refusesSvids = true;
        control.retryPushback = "25000";
        manager.renewNow();
        Waiting.until("failures", () -> manager.health().failures() == 1);
        assertThat(Duration.between(
                        manager.health().failingSince(), manager.health().nextTry()))
                .isBetween(Duration.ofSeconds(25), Duration.ofSeconds(50));
    }

    @Test
    void takesARespiteThatCannotBeUnderstoodForNone() throws Exception {
        first();
        control.refusesSvids = true;
        control.retryPushback = "-1";
        manager.renewNow();
        Waiting.until("failures", () -> manager.health().failures() >= 2);
    }

    @Test
    void keepsItsTokenWhileTheControlPlaneIsAway() throws Exception {
        first();
        Files.writeString(token, "another\n");
        control.tokens.add("another");
        control.goAway();
        manager.renewNow();
        Waiting.until("failures", () -> manager.health().failures() >= 2);
        control.comeBack();
        Waiting.until("renewed", () -> manager.renewals() == 2);
        assertThat(control.tokens).contains("another");
    }
}
