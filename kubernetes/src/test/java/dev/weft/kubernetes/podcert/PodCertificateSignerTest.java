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
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private static final int DAY = 86_400;

    private static final ResourceDefinitionContext REQUESTS = new ResourceDefinitionContext.Builder()
            .withGroup("certificates.k8s.io")
            .withVersion("v1alpha1")
            .withKind("PodCertificateRequest")
            .withPlural("podcertificaterequests")
            .withNamespaced(true)
            .build();

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesMockServer server;

    /** As the API server gave them. */
    private String podUid = "";

    private String accountUid = "";

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
        accountUid = client.resource(new ServiceAccountBuilder()
                        .withMetadata(new ObjectMetaBuilder()
                                .withNamespace("shop")
                                .withName("web")
                                .build())
                        .build())
                .create()
                .getMetadata()
                .getUid();
        podUid = client.resource(pod(PodCertificateSigner.SIGNER))
                .create()
                .getMetadata()
                .getUid();
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
        return PodCertificateSigner.start(client, leadership, certificates, Clock.systemUTC());
    }

    private Outcome issue(WorkloadClaims pod, PublicKey key, Duration longest) {
        SpiffeId id = pod.identity(DOMAIN);
        return new Outcome.Issued(id, issuer.issue(key, id, longest, Instant.now()));
    }

    private static Pod pod(String signer) {
        return new PodBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withNamespace("shop")
                        .withName("web-1")
                        .build())
                .withNewSpec()
                .withServiceAccountName("web")
                .withNodeName("node-1")
                .addNewVolume()
                .withName("svid")
                .withNewProjected()
                .addNewSource()
                .withNewPodCertificate()
                .withSignerName(signer)
                .endPodCertificate()
                .endSource()
                .endProjected()
                .endVolume()
                .endSpec()
                .build();
    }

    private Map<String, Object> spec(KeyPair keys) {
        Map<String, Object> spec = new HashMap<>();
        spec.put("signerName", PodCertificateSigner.SIGNER);
        spec.put("podName", "web-1");
        spec.put("podUID", podUid);
        spec.put("serviceAccountName", "web");
        spec.put("serviceAccountUID", accountUid);
        spec.put("nodeName", "node-1");
        spec.put("nodeUID", "node-uid");
        spec.put("maxExpirationSeconds", DAY);
        spec.put(
                "pkixPublicKey",
                Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()));
        return spec;
    }

    private void ask(String name, Map<String, Object> spec) {
        GenericKubernetesResource request = new GenericKubernetesResource();
        request.setApiVersion("certificates.k8s.io/v1alpha1");
        request.setKind("PodCertificateRequest");
        request.setMetadata(
                new ObjectMetaBuilder().withNamespace("shop").withName(name).build());
        request.setAdditionalProperty("spec", spec);
        client.genericKubernetesResources(REQUESTS)
                .inNamespace("shop")
                .resource(request)
                .create();
    }

    private Optional<Map<?, ?>> status(String name) {
        GenericKubernetesResource request = client.genericKubernetesResources(REQUESTS)
                .inNamespace("shop")
                .withName(name)
                .get();
        return request.getAdditionalProperties().get("status") instanceof Map<?, ?> status
                ? Optional.of(status)
                : Optional.empty();
    }

    private Map<?, ?> answer(String name) throws Exception {
        Waiting.until(() -> status(name).isPresent());
        return status(name).orElseThrow();
    }

    /** Type and reason of its condition. */
    private static String verdict(Map<?, ?> status) {
        Map<?, ?> condition = (Map<?, ?>) ((List<?>) Objects.requireNonNull(status.get("conditions"))).getFirst();
        return condition.get("type") + "/" + condition.get("reason");
    }

    private static Instant moment(Map<?, ?> status, String field) {
        return Instant.parse(String.valueOf(status.get(field)));
    }

    private static void assertIssued(Map<?, ?> status, KeyPair keys) {
        assertThat(verdict(status)).isEqualTo("Issued/Issued");
        X509Certificate leaf = Pem.decodeCertificates(String.valueOf(status.get("certificateChain")))
                .getFirst();
        assertThat(leaf.getPublicKey()).isEqualTo(keys.getPublic());
        Instant begins = moment(status, "notBefore");
        Instant ends = moment(status, "notAfter");
        assertThat(begins).isEqualTo(leaf.getNotBefore().toInstant());
        assertThat(ends).isEqualTo(leaf.getNotAfter().toInstant());
        assertThat(Duration.between(begins, ends)).isLessThanOrEqualTo(Duration.ofSeconds(DAY));
        assertThat(moment(status, "beginRefreshAt"))
                .isBetween(begins.plus(Duration.ofMinutes(10)), ends.minus(Duration.ofMinutes(10)));
    }

    @Test
    void givesThePodTheSvidOfItsServiceAccount() throws Exception {
        ask("first", spec(KEYS));
        Map<?, ?> status = answer("first");
        assertIssued(status, KEYS);
        assertThat(String.valueOf(Pem.decodeCertificates(String.valueOf(status.get("certificateChain")))
                        .getFirst()
                        .getSubjectAlternativeNames()))
                .contains("spiffe://mesh.example/ns/shop/sa/web");
    }

    @Test
    void takesTheKeyOfARequestForSigning() throws Exception {
        Map<String, Object> spec = spec(KEYS);
        spec.remove("pkixPublicKey");
        byte[] request = CertificateSigningRequests.create(KEYS, new SpiffeId(DOMAIN, "/never/looked/at"));
        spec.put("stubPKCS10Request", Base64.getEncoder().encodeToString(request));
        ask("signed", spec);
        assertIssued(answer("signed"), KEYS);
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
        Map<String, Object> spec = spec(KEYS);
        spec.put(field, value);
        ask("forged", spec);
        assertThat(verdict(answer("forged"))).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"RSA", "Ed25519"})
    void refusesKeysThatNoSvidHas(String algorithm) throws Exception {
        ask("other-key", spec(KeyPairGenerator.getInstance(algorithm).generateKeyPair()));
        assertThat(verdict(answer("other-key"))).isEqualTo("Denied/UnsupportedKeyType");
    }

    @Test
    void refusesForAPodThatHasNoSuchVolume() throws Exception {
        client.resource(pod("example.com/other")).update();
        ask("unasked", spec(KEYS));
        assertThat(verdict(answer("unasked"))).isEqualTo("Denied/NotAsked");
    }

    @Test
    void leavesOtherSignersRequestsAlone() throws Exception {
        Map<String, Object> other = spec(KEYS);
        other.put("signerName", "example.com/other");
        ask("theirs", other);
        ask("ours", spec(KEYS));
        assertIssued(answer("ours"), KEYS);
        assertThat(status("theirs")).isEmpty();
    }

    @Test
    void saysThatItCannotGiveWhatKubernetesTakes() throws Exception {
        signer.close();
        signer = signer((pod, key, _) -> issue(pod, key, Duration.ofMinutes(30)));
        ask("short", spec(KEYS));
        assertThat(verdict(answer("short"))).isEqualTo("Failed/TooShort");
    }

    @Test
    void tellsTheRefusalOfTheIssuer() throws Exception {
        signer.close();
        signer = signer((_, _, _) -> Outcome.refuse(Refusal.REVOKED, "the identity is revoked"));
        ask("revoked", spec(KEYS));
        Map<?, ?> status = answer("revoked");
        assertThat(verdict(status)).isEqualTo("Denied/Refused");
        assertThat(status.toString()).contains("WEFT-C038", "the identity is revoked");
    }

    @Test
    void onlyTheLeaderAnswersAndANewOneAnswersWhatIsThere() throws Exception {
        leads.set(false);
        ask("waiting", spec(KEYS));
        assertThat(status("waiting")).isEmpty();
        leads.set(true);
        Waiting.until(() -> {
            onChange.get().run();
            return status("waiting").isPresent();
        });
        assertIssued(answer("waiting"), KEYS);
    }
}
