package dev.weft.identity.verify;

import static dev.weft.identity.verify.Chains.WEB;
import static dev.weft.identity.verify.Chains.trusting;
import static dev.weft.identity.verify.Recipe.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.identity.Mutations;
import dev.weft.identity.der.Der;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe.Made;
import dev.weft.identity.verify.Verification.Rejected;
import dev.weft.identity.verify.Verification.Verified;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * Our verdict on a chain beside OpenSSL's. Nothing that OpenSSL refuses is accepted here. The other way round ours may be the
 * stricter one, by the rules of SPIFFE and by limits of our own, but not by those that both have of RFC 5280: what breaks one of
 * those {@link #OF_BOTH} OpenSSL refuses too.
 */
class ChainAgainstOpenSslFuzzTest {

    /** ecdsa-with-SHA256. */
    private static final byte[] ALGORITHM = HexFormat.of().parseHex("300a06082a8648ce3d040302");

    private static final Set<Rule> OF_BOTH = EnumSet.of(Rule.EXPIRED, Rule.NOT_YET_VALID, Rule.BAD_SIGNATURE);
    /** Key identifiers, key usages, alternative names, basic and name constraints. */
    private static final Set<String> DECIDING =
            Set.of("2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30", "2.5.29.35", "2.5.29.37");

    private static final int MAX_SHOWN = SvidVerifier.MAX_CHAIN + 1;
    private static final long MAX_SECONDS = Duration.ofDays(60).toSeconds();

    private static final Made ANCHOR =
            Recipe.anchor("CN=Anchor").keyIdentifier(1).make();
    private static final Made ISSUER = Recipe.issuer(ANCHOR, "CN=Issuer")
            .keyIdentifier(2)
            .signerIdentifier(1)
            .permitUri("cluster.local")
            .make();
    private static final Made LEAF =
            Recipe.leaf(ISSUER, WEB).signerIdentifier(2).make();
    private static final TrustBundles TRUSTED = trusting(ANCHOR);

    /** What a chain is put together from: the right ones, and such as an attacker has. */
    private static final List<Made> SHELF = shelf();

    private static List<Made> shelf() {
        Made below = Recipe.issuer(ISSUER, "CN=Below")
                .keyIdentifier(3)
                .signerIdentifier(2)
                .make();
        Made bounded = Recipe.issuer(ANCHOR, "CN=Bounded").pathLength(0).make();
        Made belowBounded = Recipe.issuer(bounded, "CN=Below bounded").make();
        Made stranger = Recipe.anchor("CN=Anchor").keyIdentifier(1).make();
        Made strangers = Recipe.issuer(stranger, "CN=Issuer").keyIdentifier(2).make();
        Made elsewhere =
                Recipe.issuer(ANCHOR, "CN=Elsewhere").permitUri("elsewhere").make();
        Made noSigner =
                Recipe.issuer(ANCHOR, "CN=No signer").usage(KeyUsage.cRLSign).make();
        Made named = Recipe.leaf(ISSUER, WEB).subject("CN=Leaf").make();
        return List.of(
                LEAF,
                named,
                ISSUER,
                ANCHOR,
                below,
                Recipe.leaf(below, WEB).make(),
                bounded,
                belowBounded,
                Recipe.leaf(belowBounded, WEB).make(),
                stranger,
                strangers,
                Recipe.leaf(strangers, WEB).make(),
                elsewhere,
                Recipe.leaf(elsewhere, WEB).make(),
                noSigner,
                Recipe.leaf(noSigner, WEB).make(),
                Recipe.leaf(named, WEB).make(),
                Recipe.leaf(ANCHOR, WEB).make());
    }

    @FuzzTest
    void aLeafOfAnyContent(FuzzedDataProvider data) throws Exception {
        Optional<X509Certificate> odd = signed(data, LEAF, ISSUER);
        if (odd.isPresent()) {
            compare(List.of(odd.get(), ISSUER.certificate()), NOW, OF_BOTH);
        }
    }

    @FuzzTest
    void anIssuerOfAnyContent(FuzzedDataProvider data) throws Exception {
        Optional<X509Certificate> odd = signed(data, ISSUER, ANCHOR);
        if (odd.isPresent()) {
            compare(List.of(LEAF.certificate(), odd.get()), NOW, OF_BOTH);
        }
    }

    /** Content, signature algorithm and signature, of a leaf that nobody signs again. */
    @FuzzTest
    void aCertificateThatWasChangedOnItsWay(FuzzedDataProvider data) throws Exception {
        try {
            X509Certificate odd =
                    Certificates.decode(Mutations.of(LEAF.certificate().getEncoded(), data));
            compare(List.of(odd, ISSUER.certificate()), NOW, OF_BOTH);
        } catch (InvalidEncodingException _) {
            // None any more.
        }
    }

    /** Any certificates in any order at any time. OpenSSL looks for a path among them, where ours asks for the path itself. */
    @FuzzTest
    void aChainOfAnyCertificates(FuzzedDataProvider data) throws Exception {
        Instant now = data.consumeBoolean() ? NOW : NOW.plusSeconds(data.consumeLong(-MAX_SECONDS, MAX_SECONDS));
        List<X509Certificate> chain = new ArrayList<>();
        while (data.remainingBytes() > 0 && chain.size() < MAX_SHOWN) {
            chain.add(SHELF.get(data.consumeInt(0, SHELF.size() - 1)).certificate());
        }
        if (chain.isEmpty()) {
            chain.addAll(List.of(LEAF.certificate(), ISSUER.certificate()));
        }
        compare(chain, now, Set.of());
    }

    /** The certificate with its content changed, signed all the same; empty if it is none any more. */
    private static Optional<X509Certificate> signed(FuzzedDataProvider data, Made original, Made signer)
            throws GeneralSecurityException {
        byte[] content = Mutations.of(original.certificate().getTBSCertificate(), data);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(signer.keys().getPrivate());
        signature.update(content);
        try {
            return Optional.of(Certificates.decode(Der.sequence(content, ALGORITHM, Der.bitString(signature.sign()))));
        } catch (InvalidEncodingException _) {
            return Optional.empty();
        }
    }

    private static boolean saysMore(X509Certificate certificate) {
        Set<String> extensions = certificate.getNonCriticalExtensionOIDs();
        return extensions != null && !DECIDING.containsAll(extensions);
    }

    private static List<String> hex(List<byte[]> shown) {
        return shown.stream().map(HexFormat.of()::formatHex).toList();
    }

    private void compare(List<X509Certificate> chain, Instant now, Set<Rule> ofBoth) throws Exception {
        if (chain.stream().anyMatch(one -> one.getNotAfter().toInstant().equals(now))) {
            // The last second is a part of the validity (RFC 5280 section 4.1.2.5), and OpenSSL leaves it out.
            return;
        }
        if (chain.stream().anyMatch(ChainAgainstOpenSslFuzzTest::saysMore)) {
            // OpenSSL also reads extensions that decide nothing here, as where revocation lists are, and refuses one
            // that is malformed.
            return;
        }
        Verification ours = SvidVerifier.verify(chain, TRUSTED, now);
        List<byte[]> shown = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            shown.add(certificate.getEncoded());
        }
        for (int purpose : OpenSsl.PURPOSES) {
            Optional<String> theirs =
                    OpenSsl.refuses(shown, ANCHOR.certificate().getEncoded(), purpose, now);
            switch (ours) {
                case Verified verified ->
                    assertThat(theirs)
                            .as("OpenSSL, of purpose %d, on %s, shown %s", purpose, verified.id(), hex(shown))
                            .isEmpty();
                case Rejected rejected -> {
                    if (ofBoth.contains(rejected.rule())) {
                        assertThat(theirs).as("OpenSSL on %s", rejected).isPresent();
                    }
                }
            }
        }
    }
}
