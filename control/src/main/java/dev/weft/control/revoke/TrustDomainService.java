package dev.weft.control.revoke;

import dev.weft.api.v1.AnchorLife;
import dev.weft.api.v1.ListTrustDomainsRequest;
import dev.weft.api.v1.ListTrustDomainsResponse;
import dev.weft.api.v1.SetTrustDomainStateRequest;
import dev.weft.api.v1.SetTrustDomainStateResponse;
import dev.weft.api.v1.Spread;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainOperatorGrpc;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.trust.BundleContent;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.TrustDomainObject;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code weft.v1.TrustDomainOperator}: lets operators list, disable and enable trust domains. */
final class TrustDomainService extends TrustDomainOperatorGrpc.TrustDomainOperatorImplBase {

    private final TrustDomain own;
    private final OperatorServices parts;
    private final Acknowledgements acknowledgements;

    TrustDomainService(OperatorServices parts) {
        this.own = parts.own();
        this.parts = parts;
        this.acknowledgements = new Acknowledgements(parts.mesh());
    }

    @Override
    public void setTrustDomainState(
            SetTrustDomainStateRequest request, StreamObserver<SetTrustDomainStateResponse> responses) {
        OperatorAnswers.answer(responses, () -> {
            Duration wait = OperatorAnswers.wait(request.getWaitMillis());
            TrustDomain trustDomain = known(request.getTrustDomain());
            String remark = switch (request.getState()) {
                case TRUST_DOMAIN_STATE_DISABLED -> disable(trustDomain, request.getReason());
                case TRUST_DOMAIN_STATE_ACTIVE -> enable(trustDomain);
                case TRUST_DOMAIN_STATE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new RefusedException(RevocationRefusals.INVALID, "no state (expected: active or disabled)");
            };
            Spread spread = bundle(trustDomain).isEmpty()
                    ? Spread.getDefaultInstance()
                    : acknowledgements.await(trustDomain, wait);
            SetTrustDomainStateResponse.Builder answer =
                    SetTrustDomainStateResponse.newBuilder().setSpread(spread).setRemark(remark);
            bundle(trustDomain).ifPresent(now -> answer.setTrustDomain(info(now, spread)));
            return answer.build();
        });
    }

    private TrustDomain known(String name) throws IOException {
        TrustDomain trustDomain;
        try {
            trustDomain = TrustDomain.parse(name);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    RevocationRefusals.INVALID, String.valueOf(e.getMessage()).replace(';', ','));
        }
        if (trustDomain.equals(own)) {
            throw new RefusedException(
                    RevocationRefusals.OWN_DOMAIN,
                    trustDomain + " is this mesh's own trust domain, and its sidecars would refuse the control plane",
                    "disable it in the other meshes");
        }
        if (!parts.registry().get().trustDomains().containsKey(trustDomain)) {
            throw new RefusedException(
                    RevocationRefusals.NO_DOMAIN,
                    "the trust domain " + trustDomain + " is not known here, so nothing of it is trusted",
                    "'weft trust domains' has all");
        }
        return trustDomain;
    }

    /** Returns what went wrong although it is disabled; empty if nothing did. */
    private String disable(TrustDomain trustDomain, String reason) throws IOException {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("state", "Disabled");
        if (!reason.isEmpty()) {
            spec.put("reason", reason);
        }
        TrustDomainObject disabled = OperatorAnswers.read(
                "TrustDomain",
                trustDomain.name(),
                spec,
                objects -> objects.trustDomains().get(trustDomain),
                "");
        parts.objects().disable(disabled);
        String remark = parts.audited("trust-domain-disabled", trustDomain, "trust domain " + trustDomain, reason);
        if (state(trustDomain) != TrustBundle.State.DISABLED) {
            throw new RefusedException(
                    RevocationRefusals.NOT_IN_FORCE,
                    "the change that disables " + trustDomain + " is kept and not in force yet",
                    OperatorAnswers.advice("the control plane's log says why", remark));
        }
        return remark;
    }

    private String enable(TrustDomain trustDomain) throws IOException {
        parts.objects().enable(trustDomain);
        String remark = parts.audited("trust-domain-enabled", trustDomain, "trust domain " + trustDomain, "");
        if (state(trustDomain) == TrustBundle.State.DISABLED) {
            throw new RefusedException(
                    RevocationRefusals.IN_A_FILE,
                    "a file of the mesh disables " + trustDomain,
                    OperatorAnswers.advice("change its state there", remark));
        }
        return remark;
    }

    private TrustBundle.State state(TrustDomain trustDomain) {
        return bundle(trustDomain).map(TrustBundle::state).orElse(TrustBundle.State.ACTIVE);
    }

    private Optional<TrustBundle> bundle(TrustDomain trustDomain) {
        return parts.trust().bundles().find(trustDomain);
    }

    @Override
    public void listTrustDomains(ListTrustDomainsRequest request, StreamObserver<ListTrustDomainsResponse> responses) {
        OperatorAnswers.answer(responses, () -> {
            ListTrustDomainsResponse.Builder answer = ListTrustDomainsResponse.newBuilder();
            List<TrustBundle> bundles = parts.trust().bundles().byTrustDomain().values().stream()
                    .sorted(Comparator.comparing((TrustBundle bundle) ->
                                    !bundle.trustDomain().equals(own))
                            .thenComparing(bundle -> bundle.trustDomain().name()))
                    .toList();
            for (TrustBundle bundle : bundles) {
                answer.addTrustDomains(info(bundle, acknowledgements.current(bundle.trustDomain())));
            }
            return answer.build();
        });
    }

    private TrustDomainInfo info(TrustBundle bundle, Spread spread) {
        Revocations revocations = bundle.revocations();
        TrustDomainObject declared = parts.registry().get().trustDomains().get(bundle.trustDomain());
        TrustDomainInfo.Builder info = TrustDomainInfo.newBuilder()
                .setTrustDomain(bundle.trustDomain().name())
                .setOwn(bundle.trustDomain().equals(own))
                .setState(BundleContent.toProto(bundle.state()))
                .setReason(declared == null ? "" : declared.reason().orElse(""))
                .setAnchors(bundle.anchors().size())
                .setRevoked(revocations.certificates().size()
                        + revocations.issuers().size()
                        + revocations.identities().size())
                .setSequence(bundle.sequence())
                .setAcknowledged(spread.getAcknowledgedCount())
                .setProxies(spread.getAcknowledgedCount() + spread.getMissingCount() + spread.getCutOffCount());
        bundle.anchors()
                .forEach(anchor -> info.addAnchorLives(AnchorLife.newBuilder()
                        .setSubject(anchor.getSubjectX500Principal().getName())
                        .setNotBefore(anchor.getNotBefore().toInstant().getEpochSecond())
                        .setNotAfter(anchor.getNotAfter().toInstant().getEpochSecond())));
        parts.followed().apply(bundle.trustDomain()).ifPresent(info::setFollowed);
        parts.linked().apply(bundle.trustDomain()).ifPresent(info::setLink);
        return info.build();
    }
}
