package dev.weft.kubernetes.install;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a model of the client library was given and does not know. */
final class UnknownMembers {

    private UnknownMembers() {}

    /** Their names, with the models that they were given to. */
    static List<String> of(@Nullable Object model) throws ReflectiveOperationException {
        List<String> unknown = new ArrayList<>();
        if (model instanceof Collection<?> models) {
            for (Object element : models) {
                unknown.addAll(of(element));
            }
        } else if (model != null && model.getClass().getName().startsWith("io.fabric8.kubernetes.api.model")) {
            for (Method getter : model.getClass().getMethods()) {
                if (getter.getName().equals("getAdditionalProperties")) {
                    ((Map<?, ?>) getter.invoke(model))
                            .keySet()
                            .forEach(name -> unknown.add(model.getClass().getSimpleName() + "." + name));
                } else if (getter.getName().startsWith("get") && getter.getParameterCount() == 0) {
                    unknown.addAll(of(getter.invoke(model)));
                }
            }
        }
        return unknown;
    }
}
