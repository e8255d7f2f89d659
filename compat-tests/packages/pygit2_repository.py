# needs: package(pygit2)
"""pygit2: a repository from nothing: blobs, trees, commits, diffs, branches, status, errors."""

import os

import pygit2

repository = pygit2.init_repository("here", initial_head="main")
print(repository.is_empty, repository.is_bare, os.path.basename(repository.workdir.rstrip("/")))
author = pygit2.Signature("A. Author", "author@example.org", 1767225600, 60)


def commit(message, files, parents):
    for name, text in files.items():
        with open(os.path.join("here", name), "w") as file:
            file.write(text)
        repository.index.add(name)
    repository.index.write()
    return repository.create_commit("refs/heads/main", author, author, message, repository.index.write_tree(), parents)


first = commit("First\n\nwith a body", {"a.txt": "one\ntwo\n", "b.txt": "same\n"}, [])
second = commit("Second", {"a.txt": "one\n2\nthree\n", "c.txt": "new\n"}, [first])
print(first, second)
print([(c.message.splitlines()[0], c.author.name, c.commit_time) for c in repository.walk(second, pygit2.enums.SortMode.TOPOLOGICAL)])
print(sorted((entry.name, str(entry.id)[:8], entry.filemode == pygit2.enums.FileMode.BLOB) for entry in repository[second].tree))
print(repository[repository[first].tree["a.txt"].id].data)
diff = repository.diff(first, second)
print(diff.stats.files_changed, diff.stats.insertions, diff.stats.deletions)
print(diff.patch)
repository.create_branch("topic", repository[first])
print(sorted(repository.branches.local), repository.head.shorthand, repository.head.target == second)
with open("here/d.txt", "w") as file:
    file.write("untracked")
print(repository.status() == {"d.txt": pygit2.enums.FileStatus.WT_NEW})
print(repository.config["core.bare"], repository.revparse_single("main~1").id == first, repository.merge_base(first, second) == first)
print(repository.descendant_of(second, first), repository.ahead_behind(second, first))
for call in (lambda: repository["0" * 40], lambda: repository.revparse_single("absent"), lambda: pygit2.Repository("nowhere")):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, str(error).replace(os.getcwd(), "."))
