package dev.weft.cli.check;

import static dev.weft.cli.check.Seen.DAY;
import static dev.weft.cli.check.Seen.NOW;
import static dev.weft.cli.check.Seen.before;
import static dev.weft.cli.check.Verdicts.assertFailed;
import static dev.weft.cli.check.Verdicts.assertOk;
import static dev.weft.cli.check.Verdicts.assertWarning;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The sidecars, and their certificates. */
final class WorkloadChecksTest {

    private static final Set<String> BOTH = Set.of("shop/api", "shop/web");

    @Test
    void sidecarsThatAreSilentForTheSameReasonAreOneLine() {
        Verdict verdict = Seen.well().webSilentAsWell().check("sidecars");
        assertFailed(verdict, "2 of 2 sidecars do not answer or are not ready");
        assertThat(verdict.about()).containsExactly("shop/api, shop/web: no answer within 1.5 s");
    }

    @Test
    void sidecars() {
        assertOk(Seen.well().check("sidecars"), "2 sidecars answered, all ready");
        assertFailed(Seen.well().apiSilent().check("sidecars"), "shop/api: no answer within 1.5 s");
        assertFailed(
                Seen.well().apiNotReady("no policy yet").check("sidecars"), "shop/api is not ready: no policy yet");
    }

    @Test
    void connected() {
        assertOk(Seen.well().check("connected"), "all 2 sidecars connected");
        assertWarning(
                Seen.well()
                        .api(api -> api.setConnected(false).setSince(before(Duration.ofMinutes(3))))
                        .check("connected"),
                "shop/api: since 3m; goes on until its certificate ends in 23h");
        assertFailed(
                Seen.well()
                        .api(api -> api.setConnected(false)
                                .setSince(before(DAY))
                                .setLeaf(Seen.leaf(NOW.minus(DAY.multipliedBy(2)), DAY)))
                        .check("connected"),
                "its certificate ended 24h ago");
        assertFailed(
                Seen.well()
                        .api(api -> api.setConnected(false).setSince(0).clearLeaf())
                        .check("connected"),
                "shop/api: never since the control plane started");
    }

    @Test
    void bundles() {
        assertOk(Seen.well().check("bundles"), "holds cluster.local 4");
        assertWarning(
                Seen.well().api(api -> api.setAcknowledged(0, Seen.bundle(3))).check("bundles"),
                "shop/api lacks cluster.local 4 (has 3)");
        assertWarning(
                Seen.well().api(api -> api.setAcknowledged(0, Seen.bundle(0))).check("bundles"), "has an older one");
        assertWarning(Seen.well().api(api -> api.clearAcknowledged()).check("bundles"), "has none");
        assertFailed(
                Seen.well()
                        .api(api -> api.clearAcknowledged().setLastRefusal("33 anchors"))
                        .check("bundles"),
                "refused: 33 anchors");
        assertOk(
                Seen.well()
                        .api(api -> api.clearAcknowledged().setConnected(false))
                        .check("bundles"),
                "every connected sidecar");
    }

    @Test
    void leafEnd() {
        assertOk(Seen.well().check("leaf-end"), "2 certificates, the first ends in 23h, of 24h");
        assertWarning(
                Seen.well()
                        .apiSays(
                                "2026-02-28T17:00:00Z\", \"notAfter\": \"2026-03-01T17:00:00Z",
                                "2026-03-01T11:00:00Z\", \"notAfter\": \"2026-03-02T11:00:00Z")
                        .check("leaf-end"),
                "shop/api ends in 5h, of 24h");
        assertFailed(
                Seen.well()
                        .apiSays(
                                "2026-02-28T11:00:00Z\", \"notAfter\": \"2026-03-01T11:00:00Z",
                                "2026-03-01T11:00:00Z\", \"notAfter\": \"2026-03-02T11:00:00Z")
                        .check("leaf-end"),
                "shop/api ended 1h ago");
        assertFailed(
                Seen.well()
                        .apiSilent()
                        .api(api -> api.setLeaf(Seen.leaf(NOW.minus(DAY.multipliedBy(2)), DAY)))
                        .check("leaf-end"),
                "shop/api ended 24h ago");
    }

    @Test
    void renewal() {
        assertOk(Seen.well().check("renewal"), "no renewal failed");
        assertWarning(
                Seen.well()
                        .api(api -> api.setLeaf(
                                api.getLeaf().toBuilder().setRenewalFailure("WEFT-C007: too many requests")))
                        .check("renewal"),
                "shop/api: WEFT-C007: too many requests");
        assertWarning(
                Seen.well()
                        .apiSays("2026-03-01T10:00:00Z", "2026-03-01T23:00:00Z")
                        .check("renewal"),
                "shop/api: was due 2h ago");
        assertWarning(
                Seen.well()
                        .apiSays(
                                "2026-03-01T12:01:00Z\", \"failures\": 3, \"failingSince\": \"2026-03-01T11:50:00Z\","
                                        + " \"lastFailure\": \"UNAVAILABLE: no TLS handshake",
                                "2026-03-01T23:00:00Z")
                        .controlPlaneSilent()
                        .check("renewal"),
                "shop/api: 3 attempts failed since 10m: UNAVAILABLE: no TLS handshake");
        assertOk(
                Seen.well()
                        .apiSays("2026-03-01T11:59:00Z", "2026-03-01T23:00:00Z")
                        .check("renewal"),
                "overdue");
    }

    @Test
    void podsThatStartOrEndAreNotMissed() {
        Observation seen =
                Seen.well().api(api -> api.setConnected(false).setSince(0)).observation();
        assertThat(seen.unconnected()).containsExactly("shop/api");
        // One that is connected is looked at, whatever its pod is about to do.
        assertThat(seen.explainedBy(BOTH, BOTH).sidecars())
                .extracting(Observation.Reply::from)
                .containsExactly("shop/web");
        assertThat(WorkloadChecks.connected(seen).result()).isEqualTo(Result.FAILED);
        assertThat(WorkloadChecks.connected(seen.explainedBy(BOTH, Set.of("shop/api")))
                        .result())
                .isEqualTo(Result.OK);
        assertThat(seen.explainedBy(BOTH, Set.of("shop/other")).unconnected()).containsExactly("shop/api");
    }

    @Test
    void aPodThatEndsBetweenTheTwoQuestionsIsNotMissed() {
        Observation seen = Seen.well()
                .apiNotReady("its sidecar has been disconnected")
                .trust(trust -> trust.removeProxies(0))
                .observation();
        assertThat(WorkloadChecks.sidecars(seen).result()).isEqualTo(Result.FAILED);
        Observation explained = seen.explainedBy(Set.of("shop/web"), Set.of());
        assertOk(WorkloadChecks.sidecars(explained), "1 sidecar answered, all ready");
    }

    /** A control plane that has just begun to lead may not know all of them yet. */
    @Test
    void aSidecarWhosePodIsThereIsNotLeftOut() {
        Observation seen = Seen.well()
                .apiNotReady("its sidecar has been disconnected")
                .trust(trust -> trust.removeProxies(0))
                .observation();
        assertThat(seen.missing()).containsExactly("shop/api");
        assertThat(WorkloadChecks.sidecars(seen.explainedBy(BOTH, Set.of())).result())
                .isEqualTo(Result.FAILED);
    }

    @Test
    void whatSidecarsOfAClusterDoNotTellIsNotSaidOfThem() {
        Observation seen = ToldByControlPlane.of(Seen.well().observation());
        assertOk(WorkloadChecks.permissive(seen), "do not report it");
        assertOk(DatagramChecks.udp(seen), "do not report it");
        assertOk(MeshChecks.clocks(seen), "the control plane agrees with this machine");
    }

    @Test
    void permissive() {
        assertOk(Seen.well().check("permissive"), "mutual TLS only");
        assertWarning(Seen.well().apiSays("permissive", "strict").check("permissive"), "shop/api");
    }

    @Test
    void failsForASidecarThatCannotUseWhatItIsTold() {
        assertThat(Seen.well().check("refusals").result()).isEqualTo(Result.OK);
        Verdict verdict = Seen.well()
                .trust(trust -> trust.setProxies(
                        0, trust.getProxies(0).toBuilder().setLastRefusal("inbound: a field that it does not know")))
                .check("refusals");
        assertThat(verdict.result()).isEqualTo(Result.FAILED);
        assertThat(verdict.about()).containsExactly("shop/api refused inbound: a field that it does not know");
    }
}
