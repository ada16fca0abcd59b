package dev.weft.cli.screen;

import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** How a listing is printed: a table for people, or a document for programs, with every field and exact values. */
public enum Format {
    TABLE,
    JSON,
    YAML;

    /** Prints {@code value} as a document, or, for {@link #TABLE}, runs {@code table}. */
    public void print(Screen screen, Object value, Runnable table) {
        switch (this) {
            case TABLE -> table.run();
            case JSON -> screen.line(document(json(), value));
            case YAML -> screen.line(document(yaml(), value));
        }
    }

    private static String document(ObjectMapper mapper, Object value) {
        return mapper.writeValueAsString(value).stripTrailing();
    }

    private static ObjectMapper json() {
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    }

    private static ObjectMapper yaml() {
        return YAMLMapper.builder()
                .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                .enable(YAMLWriteFeature.LITERAL_BLOCK_STYLE)
                .build();
    }
}
