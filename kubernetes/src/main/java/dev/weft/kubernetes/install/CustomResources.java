package dev.weft.kubernetes.install;

import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import dev.weft.mesh.kind.Kind;
import dev.weft.mesh.kind.Kinds;
import dev.weft.mesh.kind.Schemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Builds the CustomResourceDefinitions of the kinds of {@code weft.dev} from their descriptions. */
public final class CustomResources {

    private CustomResources() {}

    /** Returns a CustomResourceDefinition for each kind, sorted by plural. */
    public static List<Map<String, Object>> trees() {
        return Kinds.DEFINED.stream()
                .flatMap(kind -> kind.definition().map(definition -> tree(kind, definition)).stream())
                .toList();
    }

    private static Map<String, Object> tree(Kind kind, Kind.Definition definition) {
        String text = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: %1$s.%2$s
              labels: {app.kubernetes.io/part-of: weft}
            spec:
              group: %2$s
              scope: %3$s
              names:
                kind: %4$s
                listKind: %4$sList
                plural: %1$s
                singular: %5$s
                shortNames: [%6$s]
                categories: [weft]
            """.formatted(
                        kind.plural(),
                        kind.group(),
                        kind.namespaced() ? "Namespaced" : "Cluster",
                        kind.kindName(),
                        kind.kindName().toLowerCase(Locale.ROOT),
                        definition.shortName());
        Map<String, Object> tree = YamlText.trees(text).getFirst();
        Map<String, Object> spec = Trees.map(tree, "spec");
        Map<String, Object> version = Trees.of("name", kind.version(), "served", true, "storage", true);
        version.put("subresources", Trees.of("status", Map.of()));
        version.put("additionalPrinterColumns", columns(definition));
        version.put("schema", Trees.of("openAPIV3Schema", Schemas.structural(kind)));
        spec.put("versions", List.of(version));
        tree.put("spec", spec);
        return tree;
    }

    private static List<Object> columns(Kind.Definition definition) {
        List<Object> columns = new ArrayList<>();
        for (Kind.Column column : definition.columns()) {
            Map<String, Object> tree = Trees.of("name", column.name(), "type", column.type());
            if (!column.description().isEmpty()) {
                tree.put("description", column.description());
            }
            if (column.wide()) {
                tree.put("priority", 1);
            }
            tree.put("jsonPath", column.path());
            columns.add(tree);
        }
        columns.add(Trees.of("name", "Age", "type", "date", "jsonPath", ".metadata.creationTimestamp"));
        return columns;
    }
}
