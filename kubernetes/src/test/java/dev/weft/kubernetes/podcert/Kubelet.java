package dev.weft.kubernetes.podcert;

import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.security.KeyPair;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a kubelet does that asks for the certificate of the pod {@code shop/web-1}, which is there with it. */
final class Kubelet {

    static final int DAY = 86_400;

    private static final ResourceDefinitionContext REQUESTS = new ResourceDefinitionContext.Builder()
            .withGroup("certificates.k8s.io")
            .withVersion("v1alpha1")
            .withKind("PodCertificateRequest")
            .withPlural("podcertificaterequests")
            .withNamespaced(true)
            .build();

    private final KubernetesClient client;
    private final String podUid;
    private final String accountUid;

    Kubelet(KubernetesClient client) {
        this.client = client;
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
    }

    static Pod pod(String signer) {
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

    Map<String, Object> spec(KeyPair keys) {
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

    void ask(String name, Map<String, Object> spec) {
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

    Optional<Map<?, ?>> status(String name) {
        GenericKubernetesResource request = client.genericKubernetesResources(REQUESTS)
                .inNamespace("shop")
                .withName(name)
                .get();
        return request.getAdditionalProperties().get("status") instanceof Map<?, ?> status
                ? Optional.of(status)
                : Optional.empty();
    }

    Map<?, ?> answer(String name) throws Exception {
        Waiting.until(() -> status(name).isPresent());
        return status(name).orElseThrow();
    }

    /** Type and reason of its condition. */
    static String verdict(Map<?, ?> status) {
        Map<?, ?> condition = (Map<?, ?>) ((List<?>) Objects.requireNonNull(status.get("conditions"))).getFirst();
        return condition.get("type") + "/" + condition.get("reason");
    }
}
