package dev.weft.control.rotate;

import dev.weft.control.certify.IssuerProof;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.state.PendingIssuers;
import dev.weft.control.state.RetiredAuthority;
import dev.weft.control.state.RetiredAuthority.Kind;
import dev.weft.control.state.RetiredAuthority.Standing;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.keys.IssuerKeys;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Puts issuers into use; their key was created here or is supplied. */
record IssuerInstallation(RotationParts parts, ProxyFollowers followers) {

    /** Creates a signing request. Requests that wait already stay, because one may be out to be signed. */
    PendingIssuers.Request createRequest() throws IOException {
        List<PendingIssuers.Request> waiting = parts.state().pending().requests();
        if (waiting.size() >= PendingIssuers.MAX_WAITING) {
            throw new RefusedException(
                    RotationRefusals.REQUESTS_WAIT,
                    waiting.size() + " signing requests wait already, the oldest for the key "
                            + waiting.getLast().keySha256(),
                    "install what was signed (weft issuer install), or delete those that are not wanted from "
                            + parts.state().pending().where());
        }
        return parts.state().pending().create();
    }

    /**
     * Returns the issuer of this chain after proving that it works.
     *
     * @param keyPem empty for the key of the signing request
     * @param bundles its SVIDs must verify with these
     */
    Issuer prove(String chainPem, String keyPem, TrustBundles bundles) throws IOException {
        List<X509Certificate> chain = IssuerChains.withoutAnchor(chainPem);
        PrivateKey key = keyPem.isEmpty() ? requestedKey(chain.getFirst()) : givenKey(keyPem);
        try {
            Issuer issuer = Issuer.load(parts.state().trustDomain(), chain, key);
            IssuerProof.prove(issuer, bundles, parts.clock().instant());
            return issuer;
        } catch (IllegalArgumentException | IssuingException | StateException e) {
            throw new RefusedException(
                    RotationRefusals.BAD_ISSUER, "the issuer does not work: " + e.getMessage(), "nothing has changed");
        }
    }

    Issuer install(String chainPem, String keyPem) throws IOException {
        List<X509Certificate> chain = IssuerChains.withoutAnchor(chainPem);
        if (IssuerChains.anchorOf(chain, parts.trust().own().anchors()).isEmpty()) {
            throw new RefusedException(
                    RotationRefusals.NOT_TRUSTED,
                    "the chain ends under no anchor of the bundle: its last issuer is "
                            + chain.getLast().getIssuerX500Principal().getName(),
                    "rotate to that anchor (weft trust rotate), or sign with one that is published");
        }
        Issuer issuer = prove(chainPem, keyPem, parts.trust().bundles());
        Issuer former = parts.issuer().issuer();
        String behind = followers.behind(former, issuer);
        if (!behind.isEmpty()) {
            throw new RefusedException(
                    RotationRefusals.NOT_TRUSTED,
                    "not every proxy trusts its anchor yet: " + behind,
                    "try again when weft trust show has them all");
        }
        takeOver(issuer);
        parts.state().pending().forget(key(issuer));
        return former;
    }

    private static SpkiFingerprint key(Issuer issuer) {
        return SpkiFingerprint.of(issuer.chain().getFirst());
    }

    /** Replaces the present issuer by this one. The former stays listed as long as certificates of it are valid. */
    void takeOver(Issuer issuer) throws IOException {
        Issuer former = parts.issuer().issuer();
        if (!former.chain().equals(issuer.chain())) {
            List<RetiredAuthority> retired = new ArrayList<>(parts.state().retired());
            retired.removeIf(
                    authority -> authority.certificate().equals(issuer.chain().getFirst())
                            || authority.certificate().equals(former.chain().getFirst()));
            retired.add(new RetiredAuthority(Kind.ISSUER, Standing.TRUSTED, former.chain(), lastLeafEnd(former)));
            parts.state().writeRetired(retired);
        }
        parts.state().install(issuer);
        parts.issuer().reloadAtOnce();
        String problem = parts.issuer().problem();
        if (!problem.isEmpty()) {
            throw new IOException(problem);
        }
    }

    /** Returns when the last certificate that the issuer has signed ends. */
    Instant lastLeafEnd(Issuer issuer) {
        Instant end = parts.clock().instant().plus(parts.leafLifetime());
        SpkiFingerprint key = key(issuer);
        Instant reported = parts.mesh().expected().stream()
                .flatMap(proxy -> proxy.leaf().stream())
                .filter(leaf -> leaf.issuerKey().filter(key::equals).isPresent())
                .map(leaf -> leaf.notAfter())
                .reduce(end, (one, other) -> one.isAfter(other) ? one : other);
        return reported.isBefore(issuer.notAfter()) ? reported : issuer.notAfter();
    }

    private PrivateKey requestedKey(X509Certificate certificate) throws IOException {
        List<PendingIssuers.Request> waiting = parts.state().pending().requests();
        if (waiting.isEmpty()) {
            throw new RefusedException(
                    RotationRefusals.NO_REQUEST,
                    "no signing request waits here, and no key was given",
                    "make one with weft issuer csr");
        }
        SpkiFingerprint given = SpkiFingerprint.of(certificate);
        return parts.state()
                .pending()
                .key(given)
                .orElseThrow(() -> new RefusedException(
                        RotationRefusals.BAD_ISSUER,
                        "the certificate is for the key " + given + ", and the requests that wait are for "
                                + waiting.stream()
                                        .map(request -> request.keySha256().toString())
                                        .collect(Collectors.joining(", ")),
                        "sign one of those"));
    }

    private static PrivateKey givenKey(String pem) {
        try {
            return IssuerKeys.decode(pem);
        } catch (InvalidEncodingException e) {
            throw new RefusedException(
                    RotationRefusals.BAD_INPUT,
                    "the private key cannot be read: " + e.getMessage(),
                    "give it in PEM, unencrypted");
        }
    }
}
