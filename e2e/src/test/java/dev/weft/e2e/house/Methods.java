package dev.weft.e2e.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The methods and constructors of Java files, and how long the body of each is: as the compiler reads them. */
final class Methods {

    /**
     * A method with a body.
     *
     * @param name {@code Class.method}; a constructor's is that of the class
     * @param lines of the body, its braces included
     */
    record Method(String name, long lines) {}

    private Methods() {}

    static List<Method> of(List<Source> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Text> texts = sources.stream().map(Text::new).toList();
        JavacTask task = (JavacTask) compiler.getTask(null, null, _ -> {}, List.of("-proc:none"), null, texts);
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        List<Method> found = new ArrayList<>();
        for (CompilationUnitTree file : task.parse()) {
            new Bodies(file, positions, found).scan(file, null);
        }
        return found;
    }

    private static final class Text extends SimpleJavaFileObject {
        private final String text;

        Text(Source source) {
            super(URI.create("source:///" + source.file()), Kind.SOURCE);
            this.text = String.join("\n", source.lines());
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Bodies extends TreeScanner<Void, Void> {
        private final CompilationUnitTree file;
        private final SourcePositions positions;
        private final List<Method> found;

        Bodies(CompilationUnitTree file, SourcePositions positions, List<Method> found) {
            this.file = file;
            this.positions = positions;
            this.found = found;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            if (method.getBody() != null) {
                LineMap lines = file.getLineMap();
                long first = lines.getLineNumber(positions.getStartPosition(file, method.getBody()));
                long last = lines.getLineNumber(positions.getEndPosition(file, method.getBody()));
                found.add(new Method(fileName() + "." + name(method), last - first + 1));
            }
            return super.visitMethod(method, null);
        }

        private String name(MethodTree method) {
            return method.getReturnType() == null
                    ? fileName()
                    : method.getName().toString();
        }

        private String fileName() {
            String path = file.getSourceFile().getName();
            return path.substring(path.lastIndexOf('/') + 1, path.length() - ".java".length());
        }
    }
}
