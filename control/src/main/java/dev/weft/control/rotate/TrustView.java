package dev.weft.control.rotate;

import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.BundleVersion;
import dev.weft.api.v1.IssuerInfo;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.control.server.ControlServer;
import dev.weft.control.state.PendingIssuers;
import dev.weft.control.state.RetiredAuthority;
import dev.weft.control.state.RetiredAuthority.Kind;
import dev.weft.control.trust.OwnAuthorities;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.control.watch.ExpectedProxy;
import dev.weft.control.watch.ReportedLeaf;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.mesh.registry.Snapshot;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Shows operators the issuer, the anchors, the bundles and the proxies. */
record TrustView(RotationParts parts, Rotations rotations, Optional<DirectoryIssuer> directory) {

    /** Most octets of proxies in one answer. The command accepts 16 MiB, and the other parts are small. */
    static final int MOST_OCTETS = 12 * 1024 * 1024;

    ShowTrustResponse show() throws IOException {
        List<ExpectedProxy> proxies = parts.mesh().expected();
        Instant now = parts.clock().instant();
        ShowTrustResponse.Builder response = ShowTrustResponse.newBuilder()
                .setTrustDomain(parts.state().trustDomain().name())
                .setIssuerProblem(parts.issuer().problem())
                .setNow(now.getEpochSecond());
        directory.ifPresent(kept -> response.setIssuerDirectory(kept.path().toString())
                .setIssuerDirectoryProblem(kept.status().problem())
                .addAllIssuerDirectoryRemarks(kept.status().remarks()));
        response.addAllRegistryRefusals(parts.refusals().get());
        response.addAllRegistryErrors(ShownErrors.of(parts.errors().get()));
        anchors(response);
        issuers(response, proxies, now);
        if (!parts.server().svid().isEmpty()) {
            response.setControlPlane(CertificateMessages.leaf(
                    ControlServer.identity(parts.state().trustDomain()).toString(),
                    parts.server().svid(),
                    parts.server().svidRenewAt()));
        }
        Snapshot objects = parts.mesh().objects();
        add(response, proxies.stream().map(proxy -> proxy(proxy, objects)).iterator(), MOST_OCTETS);
        parts.trust().bundles().byTrustDomain().values().stream()
                .map(bundle -> version(bundle.trustDomain().name(), bundle.sequence()))
                .forEach(response::addBundles);
        rotations.status().ifPresent(response::setRotation);
        return response.build();
    }

    /** Adds as many proxies as there is room for, and says how many are left out. */
    static void add(ShowTrustResponse.Builder response, Iterator<ProxyInfo> proxies, int mostOctets) {
        long octets = 0;
        int leftOut = 0;
        while (proxies.hasNext()) {
            ProxyInfo next = proxies.next();
            octets += next.getSerializedSize();
            if (octets <= mostOctets) {
                response.addProxies(next);
            } else {
                leftOut++;
            }
        }
        if (leftOut > 0) {
            response.addRegistryRefusals("WEFT-C136: the control plane's answer would be too large: " + leftOut
                    + " meshed workloads are left out of it, so commands do not show them");
        }
    }

    private void anchors(ShowTrustResponse.Builder response) {
        OwnAuthorities own = parts.trust().own();
        Optional<X509Certificate> current =
                IssuerChains.anchorOf(parts.issuer().issuer().chain(), own.anchors());
        for (X509Certificate anchor : own.anchors()) {
            response.addAnchors(CertificateMessages.anchor(anchor, state(anchor, own, current)));
        }
        for (RetiredAuthority retired : parts.issuer().retired()) {
            if (retired.kind() == Kind.ANCHOR && !own.anchors().contains(retired.certificate())) {
                response.addAnchors(CertificateMessages.anchor(retired.certificate(), state(retired)));
            }
        }
    }

    private AuthorityState state(X509Certificate anchor, OwnAuthorities own, Optional<X509Certificate> current) {
        SpkiFingerprint key = SpkiFingerprint.of(anchor);
        if (own.revoked().contains(key)) {
            return AuthorityState.AUTHORITY_STATE_REVOKED;
        }
        if (own.tainted().contains(key)) {
            return AuthorityState.AUTHORITY_STATE_TAINTED;
        }
        if (rotations.retires(anchor)) {
            return AuthorityState.AUTHORITY_STATE_RETIRING;
        }
        return current.filter(anchor::equals).isPresent()
                ? AuthorityState.AUTHORITY_STATE_CURRENT
                : AuthorityState.AUTHORITY_STATE_INCOMING;
    }

    private static AuthorityState state(RetiredAuthority retired) {
        return switch (retired.standing()) {
            case TRUSTED -> AuthorityState.AUTHORITY_STATE_RETIRING;
            case TAINTED -> AuthorityState.AUTHORITY_STATE_TAINTED;
            case REVOKED -> AuthorityState.AUTHORITY_STATE_REVOKED;
        };
    }

    private void issuers(ShowTrustResponse.Builder response, List<ExpectedProxy> proxies, Instant now)
            throws IOException {
        Issuer current = parts.issuer().issuer();
        response.addIssuers(issuer(current.chain(), AuthorityState.AUTHORITY_STATE_CURRENT, proxies, now));
        for (RetiredAuthority retired : parts.issuer().retired()) {
            if (retired.kind() == Kind.ISSUER) {
                response.addIssuers(issuer(retired.chain(), state(retired), proxies, now));
            }
        }
        PendingIssuers pending = parts.state().pending();
        pending.requests()
                .forEach(request -> response.addIssuers(IssuerInfo.newBuilder()
                        .setSpkiSha256(request.keySha256().hex())
                        .setState(AuthorityState.AUTHORITY_STATE_PENDING)));
        pending.damaged()
                .forEach(damage -> response.addIssuers(
                        IssuerInfo.newBuilder().setSubject(damage).setState(AuthorityState.AUTHORITY_STATE_PENDING)));
    }

    IssuerInfo issuer(List<X509Certificate> chain, AuthorityState state) {
        return issuer(chain, state, parts.mesh().expected(), parts.clock().instant());
    }

    private IssuerInfo issuer(
            List<X509Certificate> chain, AuthorityState state, List<ExpectedProxy> proxies, Instant now) {
        SpkiFingerprint key = SpkiFingerprint.of(chain.getFirst());
        long live = proxies.stream()
                .flatMap(proxy -> proxy.leaf().stream())
                .filter(leaf -> leaf.issuerKey().filter(key::equals).isPresent())
                .map(ReportedLeaf::notAfter)
                .filter(now::isBefore)
                .count();
        return CertificateMessages.issuer(chain, state, parts.trust().own().anchors())
                .setLiveLeaves((int) live)
                .build();
    }

    private static ProxyInfo proxy(ExpectedProxy proxy, Snapshot objects) {
        ProxyInfo.Builder info = ProxyInfo.newBuilder()
                .setWorkload(proxy.workload())
                .setIdentity(proxy.identity().toString())
                .setConnected(proxy.connected())
                .setSince(proxy.since().map(Instant::getEpochSecond).orElse(0L));
        proxy.leaf()
                .ifPresent(leaf -> info.setLeaf(CertificateMessages.leaf(
                        proxy.last().map(ConnectedProxy::identity).orElse(""), leaf)));
        proxy.last().ifPresent(last -> {
            info.setVersion(last.version())
                    .setAddress(last.address())
                    .setLastRefusal(last.lastRefusal().orElse(""))
                    .setInboundVersion(last.inboundVersion().orElse(""))
                    .addAllCapabilities(last.capabilities().stream().sorted().toList())
                    .addAllPoliciesBeyond(UnsupportedPolicies.policies(last, objects))
                    .addAllRateLimitsBeyond(UnsupportedPolicies.rateLimits(last, objects));
            last.bundles().entrySet().stream()
                    .sorted(java.util.Map.Entry.comparingByKey())
                    .map(entry -> version(entry.getKey(), entry.getValue()))
                    .forEach(info::addAcknowledged);
        });
        return info.build();
    }

    private static BundleVersion version(String trustDomain, long sequence) {
        return BundleVersion.newBuilder()
                .setTrustDomain(trustDomain)
                .setSequence(sequence)
                .build();
    }
}
