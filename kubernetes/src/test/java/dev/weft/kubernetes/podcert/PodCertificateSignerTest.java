package dev.weft.kubernetes.podcert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.attest.WorkloadClaims;
import dev.weft.control.certify.Outcome;
import dev.weft.control.certify.PodCertificates;
import dev.weft.control.certify.Refusal;
import dev.weft.control.lead.Leadership;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.APIResourceBuilder;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@ExtendWith(MockApi.class)
final class PodCertificateSignerTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("mesh.example");
    private static final TrustAnchor ANCHOR = TrustAnchors.create("Anchor", Duration.ofDays(2), Clock.systemUTC());
    private final Issuer issuer = Issuer.createUnder(ANCHOR, DOMAIN, Duration.ofDays(1), Instant.now());
    private static final KeyPair KEYS = KeyPairs.generateP256();

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesMockServer server;

    @SuppressWarnings("NullAway.Init")
    private Kubelet kubelet;

    private final AtomicBoolean leads = new AtomicBoolean(true);
    private final AtomicReference<Runnable> onChange = new AtomicReference<>(() -> {});

    @SuppressWarnings("NullAway.Init")
    private PodCertificateSigner signer;

    @BeforeEach
    void start() {
        server.expect()
                .get()
                .withPath("/apis/certificates.k8s.io/v1alpha1")
                .andReturn(
                        200,
                        new APIResourceListBuilder()
                                .withResources(new APIResourceBuilder()
                                        .withName("podcertificaterequests")
                                        .build())
                                .build())
                .always();
        kubelet = new Kubelet(client);
        signer = signer(this::issue);
    }

    @AfterEach
    void stop() {
        signer.close();
    }

    private PodCertificateSigner signer(PodCertificates certificates) {
        Leadership leadership = new Leadership() {
            @Override
            public boolean leads() {
                return leads.get();
            }

            @Override
            public Optional<String> leader() {
                return Optional.empty();
            }

            @Override
            public void onChange(Runnable listener) {
                onChange.set(listener);
            }
        };
        return new PodCertificateSigner(client, leadership, certificates, Clock.systemUTC()).start();
    }

    private Outcome issue(WorkloadClaims pod, PublicKey key, Duration longest) {
        SpiffeId id = pod.identity(DOMAIN);
        return new Outcome.Issued(id, issuer.issue(key, id, longest, Instant.now()));
    }

    private static Instant moment(Map<?, ?> status, String field) {
        return Instant.parse(String.valueOf(status.get(field)));
    }

    private static void assertIssued(Map<?, ?> status, KeyPair keys) {
        assertThat(Kubelet.verdict(status)).isEqualTo("Issued/Issued");
        X509Certificate leaf = Pem.decodeCertificates(String.valueOf(status.get("certificateChain")))
                .getFirst();
        assertThat(leaf.getPublicKey()).isEqualTo(keys.getPublic());
        Instant begins = moment(status, "notBefore");
        Instant ends = moment(status, "notAfter");
        assertThat(begins).isEqualTo(leaf.getNotBefore().toInstant());
        assertThat(ends).isEqualTo(leaf.getNotAfter().toInstant());
        assertThat(Duration.between(begins, ends)).isLessThanOrEqualTo(Duration.ofSeconds(Kubelet.DAY));
        assertThat(moment(status, "beginRefreshAt"))
                .isBetween(begins.plus(Duration.ofMinutes(10)), ends.minus(Duration.ofMinutes(10)));
    }

    @Test
    void givesThePodTheSvidOfItsServiceAccount() throws Exception {
        kubelet.ask("first", kubelet.spec(KEYS));
        Map<?, ?> status = kubelet.answer("first");
        assertIssued(status, KEYS);
        assertThat(String.valueOf(Pem.decodeCertificates(String.valueOf(status.get("certificateChain")))
                        .getFirst()
                        .getSubjectAlternativeNames()))
                .contains("spiffe://mesh.example/ns/shop/sa/web");
    }

    @Test
    void takesTheKeyOfARequestForSigning() throws Exception {
        Map<String, Object> spec = kubelet.spec(KEYS);
        spec.remove("pkixPublicKey");
        byte[] request = CertificateSigningRequests.create(KEYS, new SpiffeId(DOMAIN, "/never/looked/at"));
        spec.put("stubPKCS10Request", Base64.getEncoder().encodeToString(request));
        kubelet.ask("signed", spec);
        assertIssued(kubelet.answer("signed"), KEYS);
    }

    @ParameterizedTest
    @CsvSource({
        "podUID, pod-0, Denied/PodGone",
        "podName, web-2, Denied/PodGone",
        "serviceAccountName, admin, Denied/OtherServiceAccount",
        "serviceAccountUID, account-0, Denied/OtherServiceAccount",
        "nodeName, node-2, Denied/OtherNode",
        "podName, Not A Name, Denied/Malformed",
        "pkixPublicKey, '!', Denied/Malformed",
        "pkixPublicKey, AAAA, Denied/UnsupportedKeyType"
    })
    void refusesWhatIsNotThePods(String field, String value, String verdict) throws Exception {
        Map<String, Object> spec = kubelet.spec(KEYS);
        spec.put(field, value);
        kubelet.ask("forged", spec);
        assertThat(Kubelet.verdict(kubelet.answer("forged"))).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"RSA", "Ed25519"})
    void refusesKeysThatNoSvidHas(String algorithm) throws Exception {
        kubelet.ask(
                "other-key",
                kubelet.spec(KeyPairGenerator.getInstance(algorithm).generateKeyPair()));
        assertThat(Kubelet.verdict(kubelet.answer("other-key"))).isEqualTo("Denied/UnsupportedKeyType");
    }

    @Test
    void refusesForAPodThatHasNoSuchVolume() throws Exception {
        client.resource(Kubelet.pod("example.com/other")).update();
        kubelet.ask("unasked", kubelet.spec(KEYS));
        assertThat(Kubelet.verdict(kubelet.answer("unasked"))).isEqualTo("Denied/NotAsked");
    }

    @Test
    void leavesOtherSignersRequestsAlone() throws Exception {
        Map<String, Object> other = kubelet.spec(KEYS);
        other.put("signerName", "example.com/other");
        kubelet.ask("theirs", other);
        kubelet.ask("ours", kubelet.spec(KEYS));
        assertIssued(kubelet.answer("ours"), KEYS);
        assertThat(kubelet.status("theirs")).isEmpty();
    }

    @Test
    void saysThatItCannotGiveWhatKubernetesTakes() throws Exception {
        signer.close();
        signer = signer((pod, key, _) -> issue(pod, key, Duration.ofMinutes(30)));
        kubelet.ask("short", kubelet.spec(KEYS));
        assertThat(Kubelet.verdict(kubelet.answer("short"))).isEqualTo("Failed/TooShort");
    }

    @Test
    void tellsTheRefusalOfTheIssuer() throws Exception {
        signer.close();
        signer = signer((_, _, _) -> new Outcome.Refused(Refusal.REVOKED, "the identity is revoked", Optional.empty()));
        kubelet.ask("revoked", kubelet.spec(KEYS));
        Map<?, ?> status = kubelet.answer("revoked");
        assertThat(Kubelet.verdict(status)).isEqualTo("Denied/Refused");
        assertThat(status.toString()).contains("WEFT-C038", "the identity is revoked");
    }

    @Test
    void onlyTheLeaderAnswersAndANewOneAnswersWhatIsThere() throws Exception {
        leads.set(false);
        kubelet.ask("waiting", kubelet.spec(KEYS));
        assertThat(kubelet.status("waiting")).isEmpty();
        leads.set(true);
        Waiting.until(() -> {
            onChange.get().run();
            return kubelet.status("waiting").isPresent();
        });
        assertIssued(kubelet.answer("waiting"), KEYS);
    }
}
