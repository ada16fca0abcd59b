package dev.weft.cli.command;

import dev.weft.mesh.kind.Field;
import dev.weft.mesh.kind.Kind;
import dev.weft.mesh.kind.Shape;
import dev.weft.mesh.kind.TextFormat;
import java.util.ArrayList;
import java.util.List;

/** Describes kinds of objects in lines of text, for people. */
final class KindText {

    private static final String STEP = "  ";

    private final List<String> lines = new ArrayList<>();

    private KindText() {}

    static List<String> summary(List<Kind> kinds) {
        int width =
                kinds.stream().mapToInt(kind -> kind.kindName().length()).max().orElse(0);
        return kinds.stream()
                .map(kind ->
                        kind.kindName() + " ".repeat(width - kind.kindName().length()) + STEP + kind.meaning())
                .toList();
    }

    /** Describes a whole kind: each field with its type and meaning, and an example. */
    static List<String> of(Kind kind) {
        KindText explanation = new KindText();
        List<String> lines = explanation.lines;
        lines.add(kind.kindName() + " (" + kind.apiVersion() + "), "
                + (kind.namespaced() ? "in a namespace" : "in no namespace")
                + kind.definition()
                        .map(definition -> "; for kubectl " + kind.plural() + ", " + definition.shortName())
                        .orElse(""));
        lines.add(STEP + kind.meaning());
        lines.add("");
        if (!kind.annotations().isEmpty()) {
            lines.add("metadata.annotations");
            explanation.fields(kind.annotations(), STEP);
        }
        if (!kind.spec().fields().isEmpty()) {
            lines.add("spec" + choice(kind.spec()));
            explanation.fields(kind.spec().fields(), STEP);
        }
        lines.add("");
        lines.add("Example:");
        kind.example().lines().map(line -> STEP + line).forEach(lines::add);
        return lines;
    }

    private void fields(List<Field> fields, String indent) {
        for (Field field : fields) {
            if (field.shape() instanceof Shape.Refused || field.shape() instanceof Shape.Any) {
                continue;
            }
            lines.add(indent + field.name() + STEP + "<" + type(field.shape()) + ">"
                    + (field.required() ? " required" : ""));
            lines.add(indent + STEP + STEP + field.description());
            Shape inner = field.shape() instanceof Shape.Items items ? items.item() : field.shape();
            if (inner instanceof Shape.Mapping mapping) {
                fields(mapping.fields(), indent + STEP);
            }
        }
    }

    private static String type(Shape shape) {
        return switch (shape) {
            case Shape.Text(TextFormat format) -> text(format);
            case Shape.OneOfWords(var words) -> String.join(" | ", words.keySet());
            case Shape.WholeNumber(int least, int most) -> "number, " + least + "-" + most;
            case Shape.Bool() -> "true | false";
            case Shape.TrueOnly() -> "true";
            case Shape.Items items ->
                (items.least() > 0 ? items.least() + "-" : "at most ") + items.most() + " of: " + type(items.item());
            case Shape.TextMap texts ->
                "text by name, such as " + texts.keys().example() + ": "
                        + texts.values().example();
            case Shape.Mapping mapping -> "mapping" + choice(mapping);
            case Shape.Any(), Shape.Refused(String _) -> "";
        };
    }

    private static String text(TextFormat format) {
        if (!format.words().isEmpty()) {
            return String.join(" | ", format.words());
        }
        return format.example().isEmpty() ? "text" : "text, such as " + format.example();
    }

    private static String choice(Shape.Mapping mapping) {
        return mapping.choice()
                .map(choice ->
                        (choice.several() ? ", at least one of " : ", one of ") + String.join(", ", choice.names()))
                .orElse("");
    }
}
