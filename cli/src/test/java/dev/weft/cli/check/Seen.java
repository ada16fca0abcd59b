package dev.weft.cli.check;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.AnchorInfo;
import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.BundleVersion;
import dev.weft.api.v1.FollowedBundle;
import dev.weft.api.v1.IssuerInfo;
import dev.weft.api.v1.LeafInfo;
import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.api.v1.ListRevocationsResponse;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.cli.check.Observation.Reply;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.SidecarStatus;
import dev.weft.control.analyze.Finding;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import tools.jackson.databind.json.JsonMapper;

/** An observation of a mesh that is well, in which any one thing can be made wrong. */
final class Seen {

    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final Duration DAY = Duration.ofDays(1);

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final Duration TOOK = Duration.ofMillis(12);
    private static final TrustAnchor ANCHOR =
            TrustAnchors.create("Anchor", DAY.multipliedBy(3650), Clock.fixed(NOW, ZoneOffset.UTC));
    private static final Issuer ISSUER = Issuer.createUnder(ANCHOR, DOMAIN, DAY.multipliedBy(365), NOW);

    private final ShowTrustResponse.Builder trust =
            ShowTrustResponse.newBuilder().setTrustDomain("cluster.local").setNow(NOW.getEpochSecond());
    private boolean silent;
    private Optional<ProcessStatus> controlPlane = Optional.of(new ProcessStatus(ProcessState.RUNNING, 7, 0, NOW, ""));
    private final List<TrustDomainInfo> domains = new ArrayList<>();
    private final ListRevocationsResponse.Builder revocations = ListRevocationsResponse.newBuilder();
    private final ListMachinesResponse.Builder machines = ListMachinesResponse.newBuilder();
    private List<Finding> analysis = List.of();
    private List<Parsed> files = List.of();
    private List<String> registryErrors = List.of();
    private final List<Reply<SidecarStatus>> sidecars = new ArrayList<>();

    static Seen well() {
        Seen seen = new Seen();
        seen.trust
                .addAnchors(anchor(ANCHOR.certificate()))
                .addIssuers(issuer(ISSUER.chain()))
                .setControlPlane(leaf(NOW.minus(Duration.ofHours(1)), DAY))
                .addBundles(bundle(4));
        for (String workload : List.of("shop/api", "shop/web")) {
            seen.trust.addProxies(ProxyInfo.newBuilder()
                    .setWorkload(workload)
                    .setConnected(true)
                    .setSince(NOW.minusSeconds(3600).getEpochSecond())
                    .setLeaf(leaf(NOW.minusSeconds(3600), DAY).setIdentity(identity(workload)))
                    .addAcknowledged(bundle(4)));
            seen.sidecars.add(Reply.answer(workload, status(workload, "", s -> s), NOW, TOOK));
        }
        return seen;
    }

    static BundleVersion bundle(long sequence) {
        return BundleVersion.newBuilder()
                .setTrustDomain("cluster.local")
                .setSequence(sequence)
                .build();
    }

    /** So long before {@link #NOW}, in seconds since the epoch. */
    static long before(Duration time) {
        return NOW.minus(time).getEpochSecond();
    }

    static LeafInfo.Builder leaf(Instant from, Duration life) {
        return LeafInfo.newBuilder()
                .setNotBefore(from.getEpochSecond())
                .setNotAfter(from.plus(life).getEpochSecond())
                .setIssuerSpkiSha256(
                        SpkiFingerprint.of(ISSUER.chain().getFirst().getPublicKey())
                                .hex());
    }

    private static AnchorInfo anchor(X509Certificate anchor) {
        return AnchorInfo.newBuilder()
                .setSubject("CN=Anchor")
                .setSpkiSha256(SpkiFingerprint.of(anchor.getPublicKey()).hex())
                .setNotBefore(anchor.getNotBefore().toInstant().getEpochSecond())
                .setNotAfter(anchor.getNotAfter().toInstant().getEpochSecond())
                .setState(AuthorityState.AUTHORITY_STATE_CURRENT)
                .setCertificate(ByteString.copyFrom(Certificates.encode(anchor)))
                .build();
    }

    private static IssuerInfo issuer(List<X509Certificate> chain) {
        X509Certificate own = chain.getFirst();
        return IssuerInfo.newBuilder()
                .setSubject("CN=Issuer")
                .setSpkiSha256(SpkiFingerprint.of(own.getPublicKey()).hex())
                .setNotBefore(own.getNotBefore().toInstant().getEpochSecond())
                .setNotAfter(own.getNotAfter().toInstant().getEpochSecond())
                .setState(AuthorityState.AUTHORITY_STATE_CURRENT)
                .setLiveLeaves(2)
                .addChain(ByteString.copyFrom(Certificates.encode(own)))
                .setAnchorSpkiSha256(
                        SpkiFingerprint.of(ANCHOR.certificate().getPublicKey()).hex())
                .build();
    }

    private static String identity(String workload) {
        return "spiffe://cluster.local/ns/" + workload.replace("/", "/sa/");
    }

    private static SidecarStatus status(String workload, String reason, UnaryOperator<String> change) {
        String json = """
                {"workload": "WORKLOAD", "identity": "IDENTITY", "ready": READY, "reasons": [REASON],
                 "certificate": {"serialNumber": "7f", "notBefore": "2026-03-01T11:00:00Z", "notAfter": "2026-03-02T11:00:00Z",
                   "issuer": "CN=Issuer", "renewAt": "2026-03-01T23:00:00Z"},
                 "inbound": {"version": "1", "mode": "strict", "policies": [], "default": "authenticated"},
                 "bundles": [], "destinations": 0, "now": "2026-03-01T12:00:00Z"}
                """.replace("WORKLOAD", workload)
                .replace("IDENTITY", identity(workload))
                .replace("READY", String.valueOf(reason.isEmpty()))
                .replace("REASON", reason.isEmpty() ? "" : "\"" + reason + "\"");
        return JsonMapper.builder().build().readValue(change.apply(json), SidecarStatus.class);
    }

    /** The control plane says something else. */
    Seen trust(Consumer<ShowTrustResponse.Builder> change) {
        change.accept(trust);
        return this;
    }

    /** The control plane says something else of the anchor. */
    Seen anchor(Consumer<AnchorInfo.Builder> change) {
        AnchorInfo.Builder anchor = trust.getAnchors(0).toBuilder();
        change.accept(anchor);
        trust.setAnchors(0, anchor);
        return this;
    }

    /** The control plane says something else of the issuer. */
    Seen issuer(Consumer<IssuerInfo.Builder> change) {
        IssuerInfo.Builder issuer = trust.getIssuers(0).toBuilder();
        change.accept(issuer);
        trust.setIssuers(0, issuer);
        return this;
    }

    /** The control plane says something else of shop/api. */
    Seen api(Consumer<ProxyInfo.Builder> change) {
        ProxyInfo.Builder api = trust.getProxies(0).toBuilder();
        change.accept(api);
        trust.setProxies(0, api);
        return this;
    }

    /** The sidecar of shop/api says something else. */
    Seen apiSays(String instead, String of) {
        sidecars.set(
                0, Reply.answer("shop/api", status("shop/api", "", json -> replaced(json, of, instead)), NOW, TOOK));
        return this;
    }

    private static String replaced(String json, String of, String instead) {
        if (!json.contains(of)) {
            throw new AssertionError("no " + of + " in " + json);
        }
        return json.replace(of, instead);
    }

    Seen apiNotReady(String reason) {
        sidecars.set(0, Reply.answer("shop/api", status("shop/api", reason, s -> s), NOW, TOOK));
        return this;
    }

    Seen apiSilent() {
        sidecars.set(0, Reply.silence("shop/api", "no answer within 1.5 s", NOW, Duration.ofMillis(1500)));
        return this;
    }

    Seen webSilentAsWell() {
        String silence = "sidecar of shop/web does not answer: no answer within 1.5 s";
        sidecars.set(1, Reply.silence("shop/web", silence, NOW, Duration.ofMillis(1500)));
        return apiSilent();
    }

    Seen controlPlaneSilent() {
        silent = true;
        return this;
    }

    Seen unmeshed() {
        controlPlane = Optional.empty();
        sidecars.clear();
        return controlPlaneSilent();
    }

    /** The mesh file says this. */
    Seen file(String text) {
        files = List.of(RegistryFiles.parse(Path.of("shop.yaml"), text));
        return this;
    }

    /** The control plane finds this in the objects of its cluster. */
    Seen finds(Finding... findings) {
        analysis = List.of(findings);
        return this;
    }

    Seen registryErrors(String... errors) {
        registryErrors = List.of(errors);
        return this;
    }

    /** The control plane follows the bundle of b.example, which has one anchor. */
    Seen follows(Consumer<TrustDomainInfo.Builder> change, Consumer<FollowedBundle.Builder> bundle) {
        FollowedBundle.Builder followed = FollowedBundle.newBuilder()
                .setFetched(NOW.minusSeconds(20).getEpochSecond())
                .setRefreshHintSeconds(60);
        bundle.accept(followed);
        TrustDomainInfo.Builder info = TrustDomainInfo.newBuilder()
                .setTrustDomain("b.example")
                .setState(TrustDomainState.TRUST_DOMAIN_STATE_ACTIVE)
                .setAnchors(1)
                .setFollowed(followed);
        change.accept(info);
        domains.add(info.build());
        return this;
    }

    private <T> Reply<T> heard(T answer) {
        return silent
                ? Reply.silence("the control plane", "the control plane of mesh m does not answer", NOW, TOOK)
                : Reply.answer("the control plane", answer, NOW, TOOK);
    }

    /** The control plane says something else of what is revoked. */
    Seen revocations(Consumer<ListRevocationsResponse.Builder> change) {
        change.accept(revocations);
        return this;
    }

    /** The control plane says something else of the machines outside. */
    Seen machines(Consumer<ListMachinesResponse.Builder> change) {
        change.accept(machines);
        return this;
    }

    Observation observation() {
        return new Observation(
                new MeshRef("m", " --mesh m", false),
                NOW,
                registryErrors,
                controlPlane.isEmpty(),
                heard(trust.build()),
                heard(List.copyOf(domains)),
                heard(revocations.build()),
                heard(machines.build()),
                heard(analysis),
                files,
                sidecars);
    }

    /** What the check of this name makes of it. */
    Verdict check(String name) {
        return Check.ALL.stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow()
                .judge()
                .apply(observation());
    }
}
