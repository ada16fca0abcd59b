package dev.weft.kubernetes.state;

import static java.util.Objects.requireNonNull;

import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.Store;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A store of Secrets in one namespace, one for each entry. A version is the Secret's resource version, so that the API server
 * compares and replaces in one step, whoever else writes.
 *
 * <p>Secrets are read from the API server each time. Whoever watches is told of changes that are made through this object.
 * Safe for use by several threads.
 */
public final class KubernetesStore implements Store {

    /** What each Secret of a state has, so that all of it can be listed. */
    static final Map<String, String> LABELS = Map.of("weft.dev/state", "true", "app.kubernetes.io/part-of", "weft");

    /** The annotation with the name of the entry: a Secret's own name has no slash and no capital letters. */
    static final String ENTRY = "weft.dev/entry";

    private static final String PREFIX = "weft-state-";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,100}(/[a-z0-9][a-z0-9.-]{0,100})?");

    private final KubernetesClient client;
    private final String namespace;
    private final Map<String, SecretEntry> entries = new ConcurrentHashMap<>();

    /** @param namespace where the Secrets are */
    public KubernetesStore(KubernetesClient client, String namespace) {
        this.client = requireNonNull(client, "client");
        this.namespace = requireNonNull(namespace, "namespace");
    }

    @Override
    public Entry entry(String name, Form form) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "entry: " + name + " (expected: NAME or FOLDER/NAME of small letters, digits, - and .)");
        }
        SecretEntry entry = entries.computeIfAbsent(
                name, _ -> new SecretEntry(client, namespace, PREFIX + name.replace("/", "."), name, form));
        if (!entry.form().equals(form)) {
            throw new IllegalArgumentException("entry " + name + ": " + form + " (expected: " + entry.form() + ")");
        }
        return entry;
    }

    @Override
    public List<String> names(String folder) throws IOException {
        try {
            return client.secrets().inNamespace(namespace).withLabels(LABELS).list().getItems().stream()
                    .map(KubernetesStore::entryOf)
                    .filter(name -> name.startsWith(folder + "/"))
                    .sorted()
                    .toList();
        } catch (KubernetesClientException e) {
            throw new IOException("Secrets in namespace " + namespace + " cannot be listed: " + e.getMessage(), e);
        }
    }

    private static String entryOf(Secret secret) {
        Map<String, String> annotations = secret.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(ENTRY, "");
    }

    @Override
    public String where(String folder) {
        return "the Secrets " + namespace + "/" + PREFIX + folder + ".*";
    }
}
