package dev.weft.kubernetes.state;

import dev.weft.kubernetes.follow.ApiKinds;
import dev.weft.mesh.state.StateException;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Metadata of a Secret besides the value of its entry: the entry's name, the term, and whether there is a value. */
final class StateSecret {

    /** The key of an entry's value. */
    static final String VALUE = "value";

    /** Most attempts to raise a term while others write the Secret at the same time. */
    private static final int TRIES = 10;

    private StateSecret() {}

    /**
     * Returns the value of an entry.
     *
     * @param where place of the entry, for messages
     * @throws StateException if it is damaged or too long
     */
    static String value(Secret secret, String where, int maxBytes) {
        @Nullable Map<String, String> data = secret.getData();
        @Nullable String encoded = data == null ? null : data.get(VALUE);
        if (encoded == null || encoded.isEmpty()) {
            throw new StateException(where + " has no key \"" + VALUE + "\": put it back from a copy");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            throw new StateException(where + " is damaged: put it back from a copy", e);
        }
        if (bytes.length > maxBytes) {
            throw new StateException(where + " has " + bytes.length + " bytes (expected: at most " + maxBytes
                    + "): put it back from a copy");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new StateException(where + " is damaged: put it back from a copy", e);
        }
    }

    static List<Secret> all(KubernetesClient client, String namespace) {
        return client.secrets()
                .inNamespace(namespace)
                .withLabels(KubernetesStore.LABELS)
                .list()
                .getItems();
    }

    static String nameOf(String entryName) {
        return KubernetesStore.PREFIX + entryName.replace("/", ".");
    }

    /** Returns the term in which a Secret was written; 0 if none. */
    static long term(Secret secret) {
        try {
            return Long.parseLong(annotation(secret, KubernetesStore.TERM).orElse("0"));
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static Optional<String> annotation(Secret secret, String name) {
        return Optional.ofNullable(secret.getMetadata().getAnnotations()).map(all -> all.get(name));
    }

    static boolean isAbsent(Secret secret) {
        return annotation(secret, KubernetesStore.ABSENT).isPresent();
    }

    /** Makes an entry, existing or not, refuse writes of earlier terms. */
    static void raise(KubernetesClient client, String namespace, String entryName, long term) throws IOException {
        Resource<Secret> resource = client.secrets().inNamespace(namespace).withName(nameOf(entryName));
        for (int i = 0; i < TRIES; i++) {
            try {
                @Nullable Secret present = resource.get();
                if (present == null) {
                    Secret absent = new SecretBuilder()
                            .withMetadata(metadata(namespace, entryName, "", term, true))
                            .withType("weft.dev/state")
                            .build();
                    client.resource(absent).inNamespace(namespace).create();
                    return;
                }
                if (term(present) > term) {
                    throw new StateException(overtaken(namespace, nameOf(entryName), term(present)));
                }
                Secret raised = new SecretBuilder(present)
                        .editMetadata()
                        .addToAnnotations(KubernetesStore.TERM, Long.toString(term))
                        .endMetadata()
                        .build();
                client.resource(raised).inNamespace(namespace).update();
                return;
            } catch (KubernetesClientException e) {
                if (!ApiKinds.isOvertaken(e)) {
                    throw new IOException(
                            "Secret " + namespace + "/" + nameOf(entryName) + " cannot be written: " + e.getMessage(),
                            e);
                }
            }
        }
        throw new IOException("Secret " + namespace + "/" + nameOf(entryName) + " is written by others all the time");
    }

    static String overtaken(String namespace, String secretName, long later) {
        return "WEFT-C122: Secret " + namespace + "/" + secretName + " was written by a later leader, in term " + later
                + ": this replica is no longer the leader, and its write is refused";
    }

    /**
     * Returns metadata with the resource version that the write replaces: the API server refuses the write if the
     * version has changed.
     */
    static ObjectMeta metadata(String namespace, String entryName, String follows, long term, boolean absent) {
        ObjectMeta metadata = new ObjectMeta();
        metadata.setName(nameOf(entryName));
        metadata.setNamespace(namespace);
        metadata.setLabels(KubernetesStore.LABELS);
        Map<String, String> annotations = new TreeMap<>(Map.of(KubernetesStore.ENTRY, entryName));
        if (term > 0) {
            annotations.put(KubernetesStore.TERM, Long.toString(term));
        }
        if (absent) {
            annotations.put(KubernetesStore.ABSENT, "true");
        }
        metadata.setAnnotations(annotations);
        if (!follows.isEmpty()) {
            metadata.setResourceVersion(follows);
        }
        return metadata;
    }
}
