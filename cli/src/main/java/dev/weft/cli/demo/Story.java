package dev.weft.cli.demo;

import dev.weft.local.inspect.MeshHandle;
import java.io.IOException;

/** Runs the chapters of the demo in order, on a mesh that is up. */
final class Story {

    private Story() {}

    /** Runs all chapters. A claim that does not hold is printed too, and the story continues. */
    static void tell(Teller teller, MeshHandle mesh, DemoFiles files) throws IOException, InterruptedException {
        Scene scene = new Scene(teller, mesh, new Inside(mesh), files);
        // First of all, so that the capture sees the first tunnel between the two from its first byte.
        new WireChapter(scene).tell();
        try (Load load = Load.start(scene.inside())) {
            RotationChapter rotation = new RotationChapter(scene, load);
            new RefusalChapter(scene).tell();
            new PolicyChapter(scene, load).tell();
            rotation.tell();
        }
    }
}
