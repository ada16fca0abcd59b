package dev.weft.kubernetes.state;

import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** One entry of a {@link KubernetesStore}. */
final class SecretEntry implements Entry {

    private static final String VALUE = "value";

    private final KubernetesClient client;
    private final String namespace;
    private final String secretName;
    private final String entryName;
    private final Store.Form form;
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

    SecretEntry(KubernetesClient client, String namespace, String secretName, String entryName, Store.Form form) {
        this.client = client;
        this.namespace = namespace;
        this.secretName = secretName;
        this.entryName = entryName;
        this.form = form;
    }

    Store.Form form() {
        return form;
    }

    @Override
    public String where() {
        return "Secret " + namespace + "/" + secretName;
    }

    private Resource<Secret> resource() {
        return client.secrets().inNamespace(namespace).withName(secretName);
    }

    @Override
    public Optional<Versioned> read() throws IOException {
        @Nullable Secret secret;
        try {
            secret = resource().get();
        } catch (KubernetesClientException e) {
            throw new IOException(where() + " cannot be read: " + e.getMessage(), e);
        }
        return secret == null ? Optional.empty() : Optional.of(new Versioned(value(secret), version(secret)));
    }

    private String value(Secret secret) {
        @Nullable Map<String, String> data = secret.getData();
        @Nullable String encoded = data == null ? null : data.get(VALUE);
        if (encoded == null || encoded.isEmpty()) {
            throw new StateException(where() + " has no key \"" + VALUE + "\": put it back from a copy");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            throw new StateException(where() + " is damaged: put it back from a copy", e);
        }
        if (bytes.length > form.maxBytes()) {
            throw new StateException(where() + " has " + bytes.length + " bytes (expected: at most " + form.maxBytes()
                    + "): put it back from a copy");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new StateException(where() + " is damaged: put it back from a copy", e);
        }
    }

    private static Version version(Secret secret) {
        return new Version(secret.getMetadata().getResourceVersion());
    }

    @Override
    public Optional<Version> compareAndSet(Version expected, String value) throws IOException {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(where() + ": no value (expected: at least a line break)");
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > form.maxBytes()) {
            throw new IOException(where() + ": " + bytes.length + " bytes are to be written (expected: at most "
                    + form.maxBytes() + ")");
        }
        Secret next = new SecretBuilder()
                .withMetadata(metadata(expected))
                .withType("weft.dev/state")
                .withData(Map.of(VALUE, Base64.getEncoder().encodeToString(bytes)))
                .build();
        Version written;
        try {
            written = version(
                    expected.equals(Version.ABSENT)
                            ? client.resource(next).inNamespace(namespace).create()
                            : client.resource(next).inNamespace(namespace).update());
        } catch (KubernetesClientException e) {
            if (isOvertaken(e)) {
                return Optional.empty();
            }
            throw new IOException(where() + " cannot be written: " + e.getMessage(), e);
        }
        watchers.forEach(Runnable::run);
        return Optional.of(written);
    }

    /** With the resource version that the write follows: the API server refuses it where there is another by now. */
    private ObjectMeta metadata(Version expected) {
        ObjectMeta metadata = new ObjectMeta();
        metadata.setName(secretName);
        metadata.setNamespace(namespace);
        metadata.setLabels(KubernetesStore.LABELS);
        metadata.setAnnotations(Map.of(KubernetesStore.ENTRY, entryName));
        if (!expected.equals(Version.ABSENT)) {
            metadata.setResourceVersion(expected.text());
        }
        return metadata;
    }

    @Override
    public boolean delete(Version expected) throws IOException {
        if (expected.equals(Version.ABSENT)) {
            return false;
        }
        try {
            @Nullable Secret present = resource().get();
            if (present == null || !version(present).equals(expected)) {
                return false;
            }
            // What is written from here on is another version, which the API server does not delete.
            client.resource(new SecretBuilder().withMetadata(metadata(expected)).build())
                    .inNamespace(namespace)
                    .lockResourceVersion(expected.text())
                    .delete();
        } catch (KubernetesClientException e) {
            if (isOvertaken(e)) {
                return false;
            }
            throw new IOException(where() + " cannot be deleted: " + e.getMessage(), e);
        }
        watchers.forEach(Runnable::run);
        return true;
    }

    /** Somebody else made it, changed it or deleted it. */
    private static boolean isOvertaken(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
    }

    @Override
    public Watch watch(Runnable changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }
}
