"""Folders of tokenizer files at random (flags and added tokens in all four files, pre-tokenizers, normalizers that do nothing), texts, and
the ids that tokenizers and transformers give them.
Run: python3 tools/goldens/make_added_tokens.py [SEED [COUNT [KINDS]]] > Tests/Fixtures/added-tokens.json
(tokenizers 0.23.3, transformers 5.24.0). Kinds: J tokenizer.json alone, by tokenizers; G vocab.json and merges.txt, A tokenizer.json
with the class GPT2Tokenizer, F with PreTrainedTokenizerFast or no class, by transformers.
"""
import json, os, pathlib, random, shutil, sys, tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "critical"
import logging

logging.disable(logging.CRITICAL)
from tokenizers import Tokenizer
from transformers import GPT2Tokenizer, PreTrainedTokenizerFast

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 7
count = int(sys.argv[2]) if len(sys.argv) > 2 else 90
kinds = sys.argv[3] if len(sys.argv) > 3 else "JGAF"
R = random.Random(seed)
keep=[*range(33,127),*range(161,173),*range(174,256)]
al,n={},0
for b in range(256):
    if b in keep: al[b]=chr(b)
    else: al[b]=chr(256+n); n+=1
MERGES=['h e','l l','he ll','Ġ w','o r','Ġ h','Ġ Ġ','Ġh e','t h','th e','Ġ the','< x','é é'.replace('é','Ã')]
CONT=["<x>","<|endoftext|>","<y>","he","hell","o<x","<x","x>","é","Ġw","a b"," he","<x><y>","[PAD]","w","_z","☃","\u200d","<mask>"," ","\n","ll","The","é☃"]
def flags(full=True):
    d=dict(single_word=R.random()<.25,lstrip=R.random()<.3,rstrip=R.random()<.3,normalized=R.random()<.5,special=R.random()<.5)
    return d
def vocab(extra=()):
    v={c:i for i,c in enumerate(al.values())}
    ms=[m for m in MERGES if R.random()<.8]
    ok=[]
    for m in ms:
        a,b=m.split(' ')
        if a in v and b in v: ok.append(m); v[a+b]=v.get(a+b,len(v))
    for t in extra: v.setdefault(t,len(v))
    return v,ok
def text():
    parts=CONT+["he","hello"," world"," ","  ","\n","\t","the ","x","é","'s","12","_","ß","\u3000","☃","Ａ","a\u0301","\u200c",".","\r\n"]
    return "".join(R.choice(parts) for _ in range(R.randint(0,9)))
NORM=[None,None,None,{"type":"Sequence","normalizers":[]},{"type":"Sequence","normalizers":[{"type":"Sequence","normalizers":[]},{"type":"Strip","strip_left":False,"strip_right":False}]},{"type":"Strip","strip_left":False,"strip_right":False},{"type":"BertNormalizer","clean_text":False,"handle_chinese_chars":False,"strip_accents":R.choice([None,False]),"lowercase":False},{"type":"Replace","pattern":{"String":"e"},"content":"e"},]
def tokjson(v,merges,plain=False):
    added=[]
    for i in range(R.randint(0,5)): added.append({"id":R.choice([len(v)+i,len(v)+i,R.randint(0,len(v)+9)]),"content":R.choice(CONT),**flags()})
    pre={"type":"ByteLevel","add_prefix_space":R.random()<.3,"trim_offsets":True,"use_regex":R.random()<.85}
    if R.random()<.1: pre={"type":"Sequence","pretokenizers":[pre]}
    return {"version":"1.0","truncation":None,"padding":None,"added_tokens":added,"normalizer":None if plain else R.choice(NORM),"pre_tokenizer":pre,"post_processor":None,"decoder":{"type":"ByteLevel","add_prefix_space":True,"trim_offsets":True,"use_regex":True},
      "model":{"type":"BPE","dropout":None,"unk_token":None,"continuing_subword_prefix":"","end_of_word_suffix":"","fuse_unk":False,"byte_fallback":False,"ignore_merges":R.random()<.3,"vocab":v,"merges":R.choice([merges,[m.split(' ') for m in merges]])}}
def dump(p,j): json.dump(j,open(p,"w",encoding="utf8"),ensure_ascii=False)
def named(allow_type):
    d={}
    for k in ["bos_token","eos_token","unk_token","pad_token","mask_token","image_token"]:
        r=R.random()
        if r<.25: d[k]=R.choice(CONT)
        elif r<.35 and k!="image_token":
            o={"content":R.choice(CONT),**{a:b for a,b in flags().items() if a!="special"}}
            if allow_type: o["__type"]="AddedToken"
            d[k]=o
        elif r<.4 and k!="image_token": d[k]=None
    return d
def config(d,v,cls):
    if R.random()<.75:
        c={"tokenizer_class":cls} if cls else {}
        if R.random()<.4: c["add_prefix_space"]=R.random()<.5
        if R.random()<.1: c["split_special_tokens"]=R.random()<.5
        if R.random()<.5:
            ids=[]
            c["added_tokens_decoder"]={}
            for i in range(R.randint(0,4)):
                s=R.choice(CONT); c["added_tokens_decoder"][str(v.get(s,R.choice([len(v)+i,len(v)+5-i])))]={"content":s,**flags()}
        if R.random()<.4: c|=named(True)
        if R.random()<.2: c[R.choice(["additional_special_tokens","extra_special_tokens"])]=[R.choice(CONT) for _ in range(R.randint(0,3))]
        if R.random()<.05: c["extra_special_tokens"]={"video_token":R.choice(CONT)}
        dump(d/"tokenizer_config.json",c)
    if R.random()<.5:
        m=named(False)
        if R.random()<.4: m[R.choice(["additional_special_tokens","extra_special_tokens"])]=[R.choice(CONT) for _ in range(R.randint(0,3))]
        dump(d/"special_tokens_map.json",m)
    if R.random()<.4:
        dump(d/"added_tokens.json",{R.choice(CONT):len(v)+i for i in range(R.randint(0,3))})


def tokenizer(folder, kind):
    """Writes a folder of one kind; gives the function that encodes."""
    vocabulary, merges = vocab(["<|endoftext|>"] + [t for t in R.sample(CONT, 2) if R.random() < 0.9])
    if kind == "J":
        dump(folder / "tokenizer.json", tokjson(vocabulary, merges))
        file = Tokenizer.from_file(str(folder / "tokenizer.json"))
        return lambda text: file.encode(text, add_special_tokens=False).ids
    if kind == "G":
        dump(folder / "vocab.json", vocabulary)
        (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf8")
        config(folder, vocabulary, R.choice(["GPT2Tokenizer", "GPT2TokenizerFast", None]))
    else:
        dump(folder / "tokenizer.json", tokjson(vocabulary, merges, True))
        config(folder, vocabulary, "GPT2Tokenizer" if kind == "A" else R.choice(["PreTrainedTokenizerFast", None, "TokenizersBackend"]))
        if kind == "A" and not (folder / "tokenizer_config.json").exists():
            dump(folder / "tokenizer_config.json", {"tokenizer_class": "GPT2Tokenizer"})
    python = (PreTrainedTokenizerFast if kind == "F" else GPT2Tokenizer).from_pretrained(str(folder))
    return lambda text: python.encode(text, add_special_tokens=False)


# The 256 bytes, which every vocabulary starts with, are written once.
ALPHABET = json.dumps({c: i for i, c in enumerate(al.values())}, ensure_ascii=False)[1:-1]
cases = []
while len(cases) < count:
    folder = pathlib.Path(tempfile.mkdtemp())
    kind = R.choice(kinds)
    try:
        encode = tokenizer(folder, kind)
        texts = [text() for _ in range(6)]
        ids = [encode(t) for t in texts]
        files = {f.name: f.read_text(encoding="utf8").replace(ALPHABET, "ALPHABET") for f in sorted(folder.iterdir())}
        cases.append({"kind": kind, "files": files, "texts": texts, "ids": ids})
    except Exception:
        pass  # What the libraries refuse has no right answer.
    finally:
        shutil.rmtree(folder)
json.dump({"alphabet": ALPHABET, "cases": cases}, sys.stdout, ensure_ascii=False, separators=(",", ":"))
