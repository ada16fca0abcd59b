package dev.weft.kubernetes.webhook;

import static java.util.Objects.requireNonNull;

import dev.weft.daemon.json.Json;
import dev.weft.kubernetes.inject.AdmissionPolicies;
import dev.weft.kubernetes.manifest.Trees;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sets {@code caBundle} of each webhook in the MutatingWebhookConfiguration {@code weft-injection}. */
final class ConfiguredBundle implements WebhookTrust.Bundle {

    private final KubernetesClient client;

    ConfiguredBundle(KubernetesClient client) {
        this.client = requireNonNull(client, "client");
    }

    @Override
    public boolean publish(String certificates) {
        Resource<MutatingWebhookConfiguration> resource = client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(AdmissionPolicies.INJECTION);
        @Nullable MutatingWebhookConfiguration present = resource.get();
        if (present == null) {
            return false;
        }
        String wanted = Base64.getEncoder().encodeToString(certificates.getBytes(StandardCharsets.US_ASCII));
        List<Map<String, Object>> changes = changes(present, wanted);
        if (changes.size() > 1) {
            resource.patch(PatchContext.of(PatchType.JSON), Json.write(changes));
        }
        return true;
    }

    /** Returns a JSON patch that changes only the bundles, and applies only to the resource version that was read. */
    private static List<Map<String, Object>> changes(MutatingWebhookConfiguration present, String wanted) {
        List<Map<String, Object>> changes = new ArrayList<>();
        changes.add(Trees.of(
                "op",
                "test",
                "path",
                "/metadata/resourceVersion",
                "value",
                present.getMetadata().getResourceVersion()));
        List<MutatingWebhook> webhooks = present.getWebhooks();
        for (int i = 0; i < webhooks.size(); i++) {
            if (!wanted.equals(webhooks.get(i).getClientConfig().getCaBundle())) {
                changes.add(
                        Trees.of("op", "add", "path", "/webhooks/" + i + "/clientConfig/caBundle", "value", wanted));
            }
        }
        return changes;
    }
}
