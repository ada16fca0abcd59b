package dev.weft.kubernetes.registry;

import dev.weft.daemon.json.Json;
import dev.weft.files.yaml.FileError;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.mesh.registry.Snapshot;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads objects of Weft's kinds, and routes, with the reader of registry files: an object is JSON, and JSON is YAML.
 */
final class CustomReader {

    private static final Path PLACE = Path.of("kubernetes");
    private static final String SPEC = "spec";

    private CustomReader() {}

    /** A snapshot with the object alone, not to be used if anything is wrong with it. */
    record Read(Snapshot objects, List<String> problems) {

        Read {
            problems = List.copyOf(problems);
        }

        boolean isValid() {
            return problems.isEmpty();
        }
    }

    static Read read(GenericKubernetesResource object) {
        Map<String, Object> fields = new LinkedHashMap<>(object.getAdditionalProperties());
        fields.remove("status");
        return parse(object, fields);
    }

    /**
     * Reads an object as if its {@code spec} had only these of its fields, and the fields that are given in addition.
     */
    static Read readOnly(GenericKubernetesResource object, Set<String> fields, Map<String, Object> beside) {
        Map<String, Object> spec = new LinkedHashMap<>();
        if (object.getAdditionalProperties().get(SPEC) instanceof Map<?, ?> given) {
            given.forEach((key, value) -> {
                if (fields.contains(String.valueOf(key))) {
                    spec.put(String.valueOf(key), value);
                }
            });
        }
        spec.putAll(beside);
        return parse(object, Map.of(SPEC, spec));
    }

    private static Read parse(GenericKubernetesResource object, Map<String, Object> fields) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", object.getApiVersion());
        document.put("kind", object.getKind());
        document.put("metadata", metadata(object));
        document.putAll(fields);
        try {
            Parsed parsed = RegistryFiles.parseAccepted(PLACE, Json.write(document));
            return new Read(
                    parsed.objects(),
                    parsed.errors().stream().map(FileError::reason).toList());
        } catch (StackOverflowError _) {
            return new Read(Snapshot.EMPTY, List.of("not usable: nested too deeply"));
        }
    }

    /**
     * Returns the metadata without what the API server adds, and without annotations, which have no meaning for these
     * kinds.
     */
    private static Map<String, Object> metadata(GenericKubernetesResource object) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", object.getMetadata().getName());
        if (object.getMetadata().getNamespace() != null) {
            metadata.put("namespace", object.getMetadata().getNamespace());
        }
        if (object.getMetadata().getLabels() != null) {
            metadata.put("labels", object.getMetadata().getLabels());
        }
        return metadata;
    }
}
